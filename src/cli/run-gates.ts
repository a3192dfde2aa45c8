import { join, resolve } from 'node:path'
import type { RunGates } from '../migrate/admission.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import type { Gate } from '../model/gate.ts'
import { WorkloadsBefore, type WorkloadsMemory } from '../model/workloads-before.ts'
import type { Configured } from './config-file.ts'
import { configuredSecret } from './configured-secret.ts'
import type { GateSettings } from '../model/gate-settings.ts'
import type { RunWorld } from './run-world.ts'

const pollMs = 15_000
/** A gate that is not open for so long ends the run, resumable. */
const mostMs = 3_600_000
const graceMs = 10_000

/** What must be so before a node of a run starts: workloads of the cluster back at their counts, and the gates of osferry.yaml. */
export function runGates(world: RunWorld): RunGates {
  const opened = once(async () => await openGates(world))
  return {
    pollMs,
    mostMs,
    async ask(question, signal) {
      const gates = await opened()
      return await Promise.all(gates.map(async (gate) => await gate.ask(question, signal)))
    },
  }
}

async function openGates(world: RunWorld): Promise<Gate[]> {
  const { context, cluster, run } = world
  const gates: Gate[] = []
  if (cluster !== undefined) {
    const { workloadsGate } = await import('../steps/workloads-gate.ts')
    const path = join(context.settings.required('state'), 'runs', `${run.id}.workloads.json`)
    gates.push(workloadsGate({ cluster, memory: workloadsMemory(path), run: run.id }))
  }
  for (const configured of context.settings.gates) gates.push(await openGate(world, configured))
  return gates
}

async function openGate(
  { context, run }: RunWorld,
  { settings, directory }: Configured<GateSettings>,
): Promise<Gate> {
  if (settings.type === 'command') {
    const { commandGate } = await import('../provision/command-gate.ts')
    return commandGate(settings, { variables: context.env, graceMs, run: run.id })
  }
  const { promqlGate } = await import('../monitoring/promql-gate.ts')
  const { readBounded } = await import('../inventory/read-bounded.ts')
  const { token: reference, caFile } = settings
  return promqlGate(settings, {
    ca: caFile === undefined ? undefined : await readBounded(resolve(directory, caFile)),
    token: async () =>
      reference === undefined ? undefined : await configuredSecret(context, { reference, directory }),
  })
}

function workloadsMemory(path: string): WorkloadsMemory {
  return {
    async read() {
      const { readBounded } = await import('../inventory/read-bounded.ts')
      try {
        return parsed(path, await readBounded(path))
      } catch (error) {
        if (isMigrationError(error) && error.code === 'DOCUMENT_NOT_FOUND') return undefined
        throw error
      }
    },
    async write(before) {
      const { ensureStateDirectory, writeFileAtomically } = await import('../inventory/atomic-file.ts')
      ensureStateDirectory(resolve(path, '..'))
      await writeFileAtomically(path, `${JSON.stringify(before)}\n`)
    },
  }
}

function parsed(path: string, text: string): WorkloadsBefore {
  try {
    return WorkloadsBefore.parse(JSON.parse(text))
  } catch (cause) {
    throw new MigrationError('DOCUMENT_INVALID', `${path} is not what osferry has written there`, {
      hint: 'take it away: then every workload must have all the pods that it wants',
      cause,
    })
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
