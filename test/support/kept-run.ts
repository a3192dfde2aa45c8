import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { createRunControl } from '../../src/migrate/run-control.ts'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import { runPlan } from '../../src/migrate/run-plan.ts'
import type { RunSelection } from '../../src/migrate/run-selection.ts'
import type { Cluster } from '../../src/model/cluster-port.ts'
import type { LocalData } from '../../src/model/data-decision.ts'
import { parseOsRelease } from '../../src/model/os-release.ts'
import type { Plan, PlannedNode, PlannedStep } from '../../src/model/plan.ts'
import type { Provisioner } from '../../src/model/provisioner-port.ts'
import { defineStep, type AnyStep } from '../../src/model/step.ts'
import { StepError } from '../../src/model/step-error.ts'
import { provisionStep, type ProvisionStepPorts } from '../../src/steps/step-provision.ts'
import { verifyOsStep } from '../../src/steps/step-verify-os.ts'
import { modelPlan } from '../migrate/model-plan.ts'
import { localHost } from './local-host.ts'
import { memoryJournal, type JournalDisk } from './memory-journal.ts'

/** A node whose data is in directories of this machine, and what becomes of it. Nothing stands for real steps but the uncordon. */
export interface KeptRun {
  data: LocalData[]
  target: PlannedNode['target']
  means: PlannedNode['rollback']['means']
  /** Claims and volumes of the cluster by `resource/name`. */
  objects: Map<string, Record<string, unknown>>
  hasNewSystem: boolean
  /** How often its system was replaced. */
  replaced: number
  isGivenBack: boolean
  /** Done when its system is replaced, put back, and when it was uncordoned; what is thrown fails the step. */
  provision: () => void
  putBack: () => void
  uncordoned: () => void
  disk: JournalDisk
}

export function keptRun(more: Pick<KeptRun, 'data'> & Partial<KeptRun>): KeptRun {
  return {
    target: 'containeros',
    means: 'old-disk',
    objects: new Map(),
    hasNewSystem: false,
    replaced: 0,
    isGivenBack: false,
    provision: () => undefined,
    putBack: () => undefined,
    uncordoned: () => undefined,
    disk: { runs: [], events: [] },
    ...more,
  }
}

/** What a provider, or a node, says that has failed. */
export function fails(): never {
  throw new StepError('config', 'it fails', { code: 'TEST' })
}

function planOf({ data, target, means }: KeptRun): Plan {
  const made = modelPlan([{ nodes: ['node-1'] }])
  const node = made.nodes[0]!
  const system = parseOsRelease(readFileSync('/etc/os-release', 'utf8')).get('ID')
  const step = (uses: PlannedStep['uses'], parameters: Record<string, unknown> = {}): PlannedStep => ({
    ...node.steps[0]!,
    phase: uses === 'cluster.uncordon' ? 'restore' : 'replace',
    uses,
    with: parameters,
    pointOfNoReturn: uses === 'host.provision',
    timeoutMs: 24 * 3_600_000,
  })
  const steps = [
    step('host.provision', { provider: 'lab', machine: 'as-listed' }),
    step('node.verify-os', { osRelease: { id: system } }),
    step('cluster.uncordon'),
  ]
  return { ...made, nodes: [{ ...node, target, data, steps, rollback: { means, acceptedBy: null } }] }
}

const anything = z.object({})

function uncordonStep(run: KeptRun): AnyStep<ProvisionStepPorts> {
  return defineStep<typeof anything, ProvisionStepPorts>({
    uses: 'cluster.uncordon',
    with: anything,
    observe: async () => await Promise.resolve('todo'),
    async act() {
      await Promise.resolve()
      run.isGivenBack = true
      run.uncordoned()
    },
    verify: async () => await Promise.resolve({}),
  })
}

function provisionerOf(run: KeptRun): Provisioner {
  return {
    name: 'the test',
    observe: async () => await Promise.resolve(run.hasNewSystem ? 'done' : 'todo'),
    async act() {
      await Promise.resolve()
      run.replaced += 1
      run.provision()
      run.hasNewSystem = true
    },
    verify: async () => await Promise.resolve(),
    undo: async () => await Promise.resolve(),
    async rollback() {
      await Promise.resolve()
      run.putBack()
      run.hasNewSystem = false
      run.isGivenBack = false
    },
  }
}

/** One process: it reads the journal, and goes on. */
export async function processKept(run: KeptRun, selection: RunSelection = {}): Promise<RunResult> {
  const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() }
  const cluster = {
    get: async ({ resource, name }) => await Promise.resolve(run.objects.get(`${resource}/${name}`)),
  } as Pick<Cluster, 'get'> as Cluster
  return await runPlan(planOf(run), {
    engine: {
      journal: memoryJournal(run.disk, { clock }),
      clock,
      // Rests are a hundred times shorter than they are, and so are times that must not be over.
      wait: async (ms, signal) => await sleep(ms / 100, undefined, { signal }),
      steps: [provisionStep, verifyOsStep, uncordonStep(run)],
      ports: {
        clock,
        // A host that is no node has none.
        get cluster(): Cluster {
          if (run.objects.size === 0) throw new Error('the plan has no cluster to ask')
          return cluster
        },
        provisioner: () => provisionerOf(run),
        get archives(): never {
          throw new Error('nothing is parked')
        },
        hostOf: async () => await Promise.resolve(localHost('host-1')),
        machineOf: async () => await Promise.reject(new Error('nobody is to be proven')),
        requireEmpty: async () => await Promise.resolve(),
        requireLeft: async () => await Promise.resolve(),
        refreshConfig: async () => await Promise.reject(new Error('no configuration is rendered')),
        writtenConfig: async () => await Promise.resolve(undefined),
        endToken: async () => await Promise.resolve(),
      },
    },
    run: { id: 'run-1', holder: 'me@here' },
    control: createRunControl(),
    gates: { ask: async () => await Promise.resolve([]), pollMs: 1000, mostMs: 1000 },
    windows: { mayStart: () => ({ open: true }) },
    selection,
    lost: new AbortController().signal,
    onEvent: () => undefined,
    onHold: () => undefined,
  })
}

/** Failures of steps in their order, `node.verify-os data CODE`, and their messages. */
export function failuresOf({ disk }: KeptRun): { what: string; message: string }[] {
  return disk.events.flatMap(({ body }) =>
    body.type === 'step-failed'
      ? [
          {
            what: `${body.uses} ${body.failure.class} ${body.failure.code}`,
            message: body.failure.message,
          },
        ]
      : [],
  )
}
