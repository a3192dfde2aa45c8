import { join, resolve } from 'node:path'
import type { RunGates } from '../migrate/admission.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import type { Gate, GateAnswer, GateQuestion } from '../model/gate.ts'
import { plain, redact } from '../model/redact.ts'
import { WorkloadsBefore, type WorkloadsMemory } from '../model/workloads-before.ts'
import type { Configured } from './config-file.ts'
import { configuredSecret } from './configured-secret.ts'
import type { CommandContext } from './context.ts'
import type { GateSettings } from '../model/gate-settings.ts'
import type { RunWorld } from './run-world.ts'

const pollMs = 15_000
/** A gate that is not open for so long ends the run, resumable. */
const mostMs = 3_600_000
const graceMs = 10_000
const mostWords = 500

/** What must be so before a node of a run starts: workloads of the cluster back at their counts, and the gates of osferry.yaml. */
export function runGates(world: RunWorld): RunGates {
  const opened = once(async () => await openGates(world))
  return {
    pollMs,
    mostMs,
    async ask(question, signal) {
      const gates = await opened()
      return await Promise.all(gates.map(async (gate) => await answerOf(gate, question, signal)))
    },
  }
}

/** Throws CONFIG_INVALID when a file that a gate of osferry.yaml names cannot be read. */
export async function refuseGates({ settings }: Pick<CommandContext, 'settings'>): Promise<void> {
  for (const configured of settings.gates) {
    const { path, line, column } = configured
    try {
      await authoritiesOf(configured)
    } catch (cause) {
      if (!isMigrationError(cause)) throw cause
      const message = `${path}:${line}:${column}: caFile of the gate ${configured.settings.name}: ${cause.message}`
      throw new MigrationError('CONFIG_INVALID', message, {
        hint: cause.hint ?? 'paths of osferry.yaml begin in its directory; nothing was begun',
        cause,
      })
    }
  }
}

/** A gate, and how the journal calls it. */
interface NamedGate extends Gate {
  name: string
}

/** Whatever befalls a gate, nodes that are under way go on: it cannot tell, and so it is not open. */
async function answerOf(gate: NamedGate, question: GateQuestion, signal: AbortSignal): Promise<GateAnswer> {
  try {
    return await gate.ask(question, signal)
  } catch (error) {
    signal.throwIfAborted()
    const words = error instanceof Error ? error.message : 'it cannot tell'
    return { gate: gate.name, outcome: 'unknown', message: plain(redact(words)).slice(0, mostWords) }
  }
}

async function openGates(world: RunWorld): Promise<NamedGate[]> {
  const { context, cluster, run } = world
  const gates: NamedGate[] = []
  if (cluster !== undefined) {
    const { workloadsGate } = await import('../steps/workloads-gate.ts')
    const path = join(context.settings.required('state'), 'runs', `${run.id}.workloads.json`)
    const gate = workloadsGate({ cluster, memory: workloadsMemory(path), run: run.id })
    gates.push({ ...gate, name: 'workloads' })
  }
  for (const configured of context.settings.gates)
    gates.push({ ...(await openGate(world, configured)), name: configured.settings.name })
  return gates
}

async function openGate({ context, run }: RunWorld, configured: Configured<GateSettings>): Promise<Gate> {
  const { settings, directory } = configured
  if (settings.type === 'command') {
    const { commandGate } = await import('../provision/command-gate.ts')
    return commandGate(settings, { variables: context.env, graceMs, run: run.id })
  }
  const { promqlGate } = await import('../monitoring/promql-gate.ts')
  const { token: reference } = settings
  return promqlGate(settings, {
    ca: async () => await authoritiesOf(configured),
    token: async () =>
      reference === undefined ? undefined : await configuredSecret(context, { reference, directory }),
  })
}

async function authoritiesOf({ settings, directory }: Configured<GateSettings>): Promise<string | undefined> {
  if (settings.type !== 'promql' || settings.caFile === undefined) return undefined
  const { readBounded } = await import('../inventory/read-bounded.ts')
  return await readBounded(resolve(directory, settings.caFile))
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
