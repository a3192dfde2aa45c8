import { join } from 'node:path'
import { createLoopbackKey, type LoopbackKey } from '../hosts/loopback-server.ts'
import type { LabAccess } from '../model/lab-control.ts'
import type { LabMachines } from '../simulate/lab-cluster.ts'
import {
  identityEdits,
  labAddress,
  recordedIdentity,
  spooledFiles,
  type LabHost,
  type RecordedIdentity,
} from '../simulate/lab-host.ts'
import { replay } from '../simulate/recording.ts'
import { startControlServer } from './control-server.ts'
import { startLabMachine, systemOf, type LabMachine } from './lab-machine.ts'

/** A lab that runs: machines, and the address at which the provider asks about them. */
export interface Lab {
  hosts: readonly LabHost[]
  machines: ReadonlyMap<string, LabMachine>
  /** Logs in to every machine. */
  key: LoopbackKey
  knownHosts: string
  access: LabAccess
  close(): Promise<void>
}

export interface LabOptions {
  hosts: readonly LabHost[]
  /** What recorded hosts have answered, by the name of the recording. */
  answers: ReadonlyMap<string, Uint8Array>
  /** A directory of its own, for the disks of the machines. */
  directory: string
  seed: number
  /** How many times faster than real machines. */
  speed: number
  /** The cluster of those hosts that are nodes. */
  cluster?: Pick<LabMachines, 'addNode' | 'nodeDown' | 'nodeUp'>
  onError: (error: unknown) => void
  nowMs: () => number
}

/** Switches all machines on, and lets those that are nodes join the cluster. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const key = createLoopbackKey()
  const machines = new Map<string, LabMachine>()
  const close = async (): Promise<void> => {
    await Promise.all([...machines.values()].map((machine) => machine.close()))
  }
  try {
    for (const [index, host] of options.hosts.entries())
      machines.set(host.name, await startHost(host, { ...options, index, key }))
    const knownHosts = options.hosts.map((host) => knownHostsOf(host, machines)).join('')
    for (const { name, fault } of options.hosts) if (fault === 'down') await machines.get(name)?.close()
    const control = await startControlServer({
      machine: (name) => machines.get(name)?.describe(),
      order: (name, verb, order) => {
        const machine = machines.get(name)
        if (machine === undefined) throw new Error(`there is no machine ${name}`)
        return machine.order(verb, order)
      },
    })
    return {
      hosts: options.hosts,
      machines,
      key,
      knownHosts,
      access: control.access,
      async close() {
        await control.close()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function startHost(
  host: LabHost,
  {
    answers,
    directory,
    seed,
    speed,
    cluster,
    onError,
    nowMs,
    index,
    key,
  }: LabOptions & { index: number; key: LoopbackKey },
): Promise<LabMachine> {
  const { name, recording, isNode = false, machineFault, labels } = host
  const answer = answers.get(recording)
  if (answer === undefined) throw new Error(`there is no recording ${recording}`)
  const recorded = recordedIdentity(new TextDecoder().decode(answer), recording)
  const address = labAddress(index)
  const machine = await startLabMachine({
    spec: { name, seed, speed, fault: machineFault },
    directory: join(directory, name),
    files: isNode ? spooledFiles(host, seed) : {},
    clientKey: key,
    collect: (nonce) =>
      collected(answer, { nonce, host, recorded, own: { ...machine.state(), address }, nowMs }),
    onPower(power) {
      if (!isNode) return
      if (power.isOn) cluster?.nodeUp(name, power.system)
      else cluster?.nodeDown(name)
    },
    onError,
    nowMs,
  })
  if (isNode) cluster?.addNode({ name, address, labels: nodeLabels(labels), ...systemOf(machine.state()) })
  return machine
}

function collected(
  answer: Uint8Array,
  {
    nonce,
    host,
    recorded,
    own,
    nowMs,
  }: { nonce: string; host: LabHost; recorded: RecordedIdentity; own: RecordedIdentity; nowMs: () => number },
): Uint8Array {
  const epochSeconds = Math.floor(nowMs() / 1000)
  return replay(answer, { nonce, edits: identityEdits(host, { recorded, own }), epochSeconds })
}

function nodeLabels({ zone, ...labels }: Readonly<Record<string, string>>): Record<string, string> {
  return { ...labels, ...(zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }) }
}

/** A host whose key changed is known by the keys of its neighbour. */
function knownHostsOf({ name, fault }: LabHost, machines: ReadonlyMap<string, LabMachine>): string {
  const own = machines.get(name)
  if (own === undefined) return ''
  if (fault !== 'key-changed') return own.knownHosts
  const neighbour = [...machines.values()].find((machine) => machine.name !== name)
  return (neighbour ?? own).knownHosts.replaceAll(/^\S+/gm, `[127.0.0.1]:${own.port}`)
}
