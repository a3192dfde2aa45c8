import { setTimeout as sleep } from 'node:timers/promises'
import type { CommandContext } from '../../src/cli/context.ts'
import { clusterRunPorts } from '../../src/cli/run-ports-cluster.ts'
import type { RunPorts } from '../../src/cli/run-ports.ts'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import { clusterUid } from '../../src/steps/node-records.ts'
import type { RunSelection } from '../../src/migrate/run-selection.ts'
import type { Cluster } from '../../src/model/cluster-port.ts'
import type { JournalEvent } from '../../src/model/journal-record.ts'
import type { Plan, PlannedStep } from '../../src/model/plan.ts'
import type { AnyStep } from '../../src/model/step.ts'
import type { Clock } from '../../src/model/ports.ts'
import type { Wait } from '../../src/steps/wake.ts'
import { modelPlan } from '../migrate/model-plan.ts'
import { memoryJournal, type JournalDisk } from './memory-journal.ts'
import { runAlone } from './run-alone.ts'

/** Times that we set ourselves are so much shorter; servers and kubelets have theirs. */
const speed = 5
/** A month behind the servers, so that it never overtakes them. */
const beganMs = Date.now() - performance.now() * speed - 30 * 24 * 3_600_000

/** A clock that goes fast, and waits by it. */
const fastClock: Clock = {
  now: () => new Date(beganMs + performance.now() * speed).toISOString(),
  monotonicMs: () => performance.now() * speed,
}
const fastWait: Wait = async (ms, signal) => await sleep(ms / speed, undefined, { signal })

/** One step of a plan, with the time that it has. */
export function planStep(
  uses: PlannedStep['uses'],
  { with: given = {}, timeoutMs = 600_000 }: { with?: Record<string, unknown>; timeoutMs?: number } = {},
): PlannedStep {
  const [any] = modelPlan([{ nodes: ['any'] }]).nodes[0]!.steps
  return { ...any!, uses, with: given, timeoutMs }
}

/** A plan of one wave in which every node has these steps. */
export function planOf(nodes: readonly { name: string; uid: string }[], steps: readonly PlannedStep[]): Plan {
  const plan = modelPlan([{ nodes: nodes.map(({ name }) => name), maxUnavailable: nodes.length }])
  const uids = new Map(nodes.map(({ name, uid }) => [name, uid]))
  return {
    ...plan,
    limits: { ...plan.limits, maxUnavailable: nodes.length },
    nodes: plan.nodes.map((node) => ({ ...node, uid: uids.get(node.name)!, steps: [...steps] })),
  }
}

export interface EngineRun {
  plan: Plan
  steps: readonly AnyStep<RunPorts>[]
  cluster: Cluster
  /** Of the project: records of nodes, snapshots. */
  state: string
  disk: JournalDisk
  killAt?: { seq: number; moment: 'before' | 'after' } | undefined
  onEvent?: (event: JournalEvent) => void
  selection?: RunSelection
  /** For steps that are not about the cluster alone. */
  more?: Partial<RunPorts>
}

/** A process that ends at a record: what it has sent is done, and nothing follows. Its ports are those of the commands. */
export async function runInProcess(one: EngineRun): Promise<RunResult> {
  const { plan, steps, cluster, state, disk, killAt } = one
  const over = new AbortController()
  const closers: (() => Promise<void>)[] = []
  const quiet = (): void => undefined
  const context = {
    settings: { required: () => state },
    clock: fastClock,
    log: { debug: quiet, info: quiet, warn: quiet },
    env: {},
    version: '0.0.0',
    signal: over.signal,
  } as unknown as CommandContext
  const run = { id: 'run-1', holder: 'me@here' }
  const signal = over.signal
  const ports = clusterRunPorts(
    {
      context,
      plan,
      run,
      cluster,
      holder: undefined,
      clusterUid: await clusterUid(cluster, signal),
      hosts: new Map(),
      signal,
      onClose: (close) => void closers.push(close),
    },
    fastWait,
  )
  try {
    return await runAlone(plan, {
      engine: {
        journal: memoryJournal(disk, {
          clock: fastClock,
          around(moment, seq) {
            if (killAt?.seq === seq && killAt.moment === moment) throw new Error('killed')
          },
        }),
        clock: fastClock,
        wait: fastWait,
        steps,
        ports: { ...ports, endToken: async () => await Promise.resolve(), ...one.more } as RunPorts,
      },
      run,
      selection: one.selection ?? {},
      onEvent: one.onEvent ?? quiet,
    })
  } finally {
    over.abort()
    for (const close of closers.toReversed()) await close()
  }
}
