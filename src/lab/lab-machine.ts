import { setTimeout as sleep } from 'node:timers/promises'
import {
  createLoopbackKey,
  loopbackKnownHosts,
  startLoopbackServer,
  type LoopbackKey,
  type LoopbackServer,
} from '../hosts/loopback-server.ts'
import type {
  InstallationStage,
  LabAnswer,
  LabMachine as MachineAnswer,
  LabOrder,
  LabVerb,
} from '../model/lab-control.ts'
import type { LabSystem } from '../simulate/lab-cluster.ts'
import type { LabFiles } from '../simulate/lab-host.ts'
import type { MachineSpec } from '../simulate/machine-spans.ts'
import { cancel, goBack, machineAt, provision, type Machine, type MachineState } from '../simulate/machine.ts'
import { bootSystem, changeSystem, installSystem, makeDisk } from './machine-disk.ts'
import { machineShell } from './machine-shell.ts'

/** A machine of the lab that runs: an SSH server while it is on, a directory for its disk. */
export interface LabMachine {
  name: string
  port: number
  /** Both keys that it shows: today's, and the one that every system installed on it has. */
  knownHosts: string
  state(): MachineState
  /** As the provider is told of it. */
  describe(): MachineAnswer
  order(verb: LabVerb, order: LabOrder): LabAnswer
  close(): Promise<void>
}

export interface LabMachineOptions {
  spec: MachineSpec
  /** A directory of its own, that it makes. */
  directory: string
  /** On the disk from the beginning, until something is installed. */
  files: LabFiles
  clientKey: Pick<LoopbackKey, 'publicKey'>
  collect: (nonce: string) => Uint8Array
  /** Told when a system goes off or has booted. */
  onPower: (power: { isOn: false } | { isOn: true; system: LabSystem }) => void
  /** What went wrong beside all answers: a port that is gone, a disk that is full. */
  onError: (error: unknown) => void
  nowMs: () => number
}

/** Switches a machine on. */
export async function startLabMachine(options: LabMachineOptions): Promise<LabMachine> {
  const { spec, nowMs } = options
  const ended = new AbortController()
  let machine: Machine = { spec, orders: [] }
  const stateNow = (): MachineState => machineAt(machine, nowMs())
  const keys = [createLoopbackKey(`${spec.name} before`), createLoopbackKey(`${spec.name} after`)] as const
  const disk = await makeDisk(options.directory)
  const handler = machineShell({ disk, state: stateNow, collect: options.collect, signal: ended.signal })
  const start = (generation: number, port?: number): Promise<LoopbackServer> =>
    startLoopbackServer({
      host: spec.name,
      clientKey: options.clientKey,
      handler,
      hostKey: keys[generation === 0 ? 0 : 1],
      ...(port === undefined ? {} : { port }),
    })
  let shown = stateNow()
  await installSystem(disk, shown, options.files)
  await bootSystem(disk, shown)
  let server: LoopbackServer | undefined = await startOnFreePort((port) => start(0, port))
  const { port } = server

  /** Makes what is to be seen of the machine what it is when this begins; when that ends is told, be it over by then. */
  async function follow(): Promise<number | undefined> {
    const state = stateNow()
    const hasRebooted = state.bootId !== shown.bootId
    if (server !== undefined && (!state.isOn || hasRebooted)) {
      await server.close()
      server = undefined
      options.onPower({ isOn: false })
    }
    if (state.generation !== shown.generation) await changeSystem(disk, shown, state)
    if (hasRebooted) await bootSystem(disk, state)
    if (server === undefined && state.isOn) {
      server = await start(state.generation, port)
      options.onPower({ isOn: true, system: systemOf(state) })
    }
    shown = state
    return state.untilMs
  }

  let changed = new AbortController()
  async function followOn(): Promise<void> {
    while (!ended.signal.aborted) {
      const awake = AbortSignal.any([changed.signal, ended.signal])
      const untilMs = await follow()
      await rest(untilMs, { nowMs, awake })
    }
  }
  const following = followOn().catch(options.onError)

  /** A system that is to run by now, and is not shown yet, is not done. */
  function describe(): MachineAnswer {
    const state = stateNow()
    const { installation } = state
    const stage = installation === undefined ? undefined : booting[installation.stage]
    const isBooting = stage !== undefined && shown.bootId !== state.bootId
    if (installation === undefined || !isBooting) return describeMachine(spec, state)
    return describeMachine(spec, { ...state, isOn: false, installation: { ...installation, stage } })
  }

  const takes: Readonly<
    Record<LabVerb, (order: LabOrder) => { taken: LabAnswer['taken']; machine: Machine }>
  > = {
    provision: (order) => provision(machine, { ...order, nowMs: nowMs() }),
    cancel: (order) => cancel(machine, { ...order, nowMs: nowMs() }),
    rollback: (order) => goBack(machine, { ...order, nowMs: nowMs() }),
  }

  return {
    name: spec.name,
    port,
    knownHosts: keys.map((key) => loopbackKnownHosts(port, key)).join(''),
    state: stateNow,
    describe,
    order(verb, order) {
      const asked = takes[verb](order)
      machine = asked.machine
      changed.abort()
      changed = new AbortController()
      return { taken: asked.taken, machine: describe() }
    },
    async close() {
      ended.abort()
      await following
      await server?.close()
      server = undefined
    },
  }
}

/** What is said of a system that is to run by now, and is not shown yet. */
const booting: Partial<Record<InstallationStage, InstallationStage>> = {
  done: 'first-boot',
  back: 'going-back',
}

/** Until a time, for ever without one, or until somebody wakes it. */
async function rest(
  untilMs: number | undefined,
  { nowMs, awake }: { nowMs: () => number; awake: AbortSignal },
): Promise<void> {
  const forever = 2 ** 31 - 1
  const lengthMs = untilMs === undefined ? forever : Math.max(1, untilMs - nowMs())
  await sleep(Math.min(lengthMs, forever), undefined, { signal: awake }).catch((error: unknown) => {
    if (!awake.aborted) throw error
  })
}

function describeMachine({ name, fault }: MachineSpec, { isOn, installation }: MachineState): MachineAnswer {
  return {
    schema: 'lab-machine/v1',
    name,
    isOn,
    installation: installation ?? null,
    refuses: fault === 'refused' ? 'its disk reports unreadable sectors (SMART 197: 24 pending)' : null,
  }
}

/** What the kubelet of the machine tells of it. */
export function systemOf({ bootId, machineId, system }: MachineState): LabSystem {
  return { bootId, machineId, osImage: system.osImage, kernelVersion: system.kernel }
}

/**
 * Below the ports that systems give to outgoing connections: the machine gives its port back while it is off, and nobody else
 * may have it by chance when it boots.
 */
const [firstPort, ports] = [20_000, 12_000]

async function startOnFreePort(start: (port: number) => Promise<LoopbackServer>): Promise<LoopbackServer> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await start(firstPort + Math.floor(Math.random() * ports))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt >= 100) throw error
    }
  }
}
