import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { resolveSettings } from '../../src/cli/config.ts'
import type { CommandContext } from '../../src/cli/context.ts'
import { openPlanStore } from '../../src/cli/plan-store.ts'
import { dataRunPorts } from '../../src/cli/run-ports-data.ts'
import { imageRunPorts } from '../../src/cli/run-ports-images.ts'
import type { RunWorld } from '../../src/cli/run-world.ts'
import { writeFacts } from '../../src/inventory/facts-store.ts'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import type { RunSelection } from '../../src/migrate/run-selection.ts'
import type { Cluster } from '../../src/model/cluster-port.ts'
import type { LocalData } from '../../src/model/data-decision.ts'
import type { ResolvedHost } from '../../src/model/inventory.ts'
import type { JournalEvent, JournalEventBody } from '../../src/model/journal-record.ts'
import type { Plan, PlannedStep } from '../../src/model/plan.ts'
import type { Provisioner } from '../../src/model/provisioner-port.ts'
import { defineStep, type AnyStep } from '../../src/model/step.ts'
import type { ImagesStepPorts } from '../../src/steps/image-memory.ts'
import { parkImagesStep } from '../../src/steps/step-park-images.ts'
import { provisionStep, type ProvisionStepPorts } from '../../src/steps/step-provision.ts'
import { restoreImagesStep } from '../../src/steps/step-restore-images.ts'
import { parkDataStep, type ParkStepPorts } from '../../src/steps/step-park-data.ts'
import { restoreDataStep, type RestoreDataStepPorts } from '../../src/steps/step-restore-data.ts'
import { verifyOsStep } from '../../src/steps/step-verify-os.ts'
import { modelPlan } from '../migrate/model-plan.ts'
import { memoryJournal, type JournalDisk } from './memory-journal.ts'
import { runAlone } from './run-alone.ts'
import { quiet } from './ssh-host.ts'

const anything = z.object({})

/** A node that moves with its data, and the state directory of the project that moves it. */
export interface DataRun {
  state: string
  disk: JournalDisk
  data: LocalData[]
  store: string
  host: ResolvedHost
  /** Undefined = the host is no node, and its facts tell who it is. */
  cluster: Cluster | undefined
  /** What becomes of the machine when it gets its new system. */
  provision: () => Promise<void>
  /** What becomes of it when it gets its old system back. */
  putBack: () => Promise<void>
  isProvisioned: boolean
  /** Stands for cluster.uncordon. */
  isGivenBack: boolean
  osRelease: { id: string; versionPrefix?: string }
  compression: 'zstd' | 'gzip' | 'none'
  maxBytesPerSecond: number | undefined
  /** Its images are kept in the store, too. */
  images: boolean
  /** Rests between attempts are so many times shorter than they are; the time of a step is not. */
  hurry: number
  onEvent: (event: JournalEvent) => void
  selection: RunSelection
}

export function dataRun(
  more: Pick<DataRun, 'host' | 'data'> & Partial<DataRun>,
): DataRun & { close: () => void } {
  const state = mkdtempSync(join(tmpdir(), 'osferry-data-run-'))
  return {
    state,
    disk: { runs: [], events: [] },
    store: join(state, 'store'),
    cluster: undefined,
    provision: () => Promise.resolve(),
    putBack: () => Promise.resolve(),
    isProvisioned: false,
    isGivenBack: false,
    osRelease: { id: 'debian' },
    compression: 'zstd',
    maxBytesPerSecond: undefined,
    images: false,
    hurry: 1,
    onEvent: () => undefined,
    selection: {},
    ...more,
    close: () => rmSync(state, { recursive: true, force: true }),
  }
}

/** A directory that is parked. */
export function parkedPath(path: string, more: Partial<LocalData> = {}): LocalData {
  const reason = { en: 'the test', zh: '测试' }
  const id = `host-path:${path}`
  return { id, kind: 'host-path', path, usedBy: [], bytes: null, action: 'park', reason, ...more }
}

/** Saves facts that tell which machine the host is. */
export async function saveFacts(run: DataRun, machineId: string): Promise<void> {
  const now = '2026-11-21T00:00:00.000Z'
  const { name, address } = run.host
  mkdirSync(join(run.state, 'facts'), { recursive: true, mode: 0o700 })
  await writeFacts(join(run.state, 'facts'), {
    schema: 'facts/v1',
    tool: { name: 'osferry', version: '0.1.0' },
    host: { name, address, groups: [], labels: {} },
    collection: { startedAt: now, finishedAt: now, via: 'ssh2', set: 'full', privilege: 'root' },
    status: 'complete',
    facts: {
      machineId: {
        status: 'ok',
        value: { id: machineId, raw: 'valid' },
        source: { command: 'cat /etc/machine-id', collectedAt: now, sha256: null, bytes: 33 },
      },
    },
  })
}

function planOf({
  host,
  data,
  store,
  cluster,
  osRelease,
  compression,
  images,
  hurry,
  ...run
}: DataRun): Plan {
  const { maxBytesPerSecond } = run
  const rate = maxBytesPerSecond === undefined ? {} : { maxBytesPerSecond }
  const made = modelPlan([{ nodes: ['node-1'] }])
  const node = made.nodes[0]!
  const [any] = node.steps
  const step = (
    phase: PlannedStep['phase'],
    uses: PlannedStep['uses'],
    parameters: Record<string, unknown> = {},
  ): PlannedStep => ({
    ...any!,
    phase,
    uses,
    with: parameters,
    pointOfNoReturn: uses === 'host.provision',
    timeoutMs: any!.timeoutMs * hurry,
  })
  const steps = [
    ...(images ? [step('migrate', 'images.park', { to: 'archive', store, compression })] : []),
    step('migrate', 'data.park', { store, compression, ...rate }),
    step('replace', 'host.provision', { provider: 'lab' }),
    step('replace', 'node.verify-os', { osRelease }),
    step('restore', 'data.restore'),
    ...(images ? [step('restore', 'images.restore')] : []),
    step('restore', 'cluster.uncordon'),
  ]
  const uid = cluster === undefined ? null : 'uid-1'
  return { ...made, nodes: [{ ...node, host: host.name, uid, data, steps }] }
}

type DataRunPorts = ParkStepPorts & RestoreDataStepPorts & ProvisionStepPorts & ImagesStepPorts

/** A step of the test: done once. */
function givesBack(run: DataRun): AnyStep<DataRunPorts> {
  return defineStep<typeof anything, DataRunPorts>({
    uses: 'cluster.uncordon',
    with: anything,
    observe: async () => await Promise.resolve(run.isGivenBack ? 'done' : 'todo'),
    act: async () => await Promise.resolve(void (run.isGivenBack = true)),
    verify: async () => await Promise.resolve({}),
  })
}

/** The machine of the test. */
function provisionerOf(run: DataRun): Provisioner {
  return {
    name: 'the test',
    observe: async () => await Promise.resolve(run.isProvisioned ? 'done' : 'todo'),
    async act() {
      await run.provision()
      run.isProvisioned = true
    },
    verify: async () => await Promise.resolve(),
    undo: async () => await Promise.resolve(),
    async rollback() {
      await run.putBack()
      run.isProvisioned = false
    },
  }
}

/** The record at which a process ends: before it is kept, or after. */
interface KillAt {
  moment: 'before' | 'after'
  is: (body: JournalEventBody) => boolean
}

/** One process: it reads the journal, goes on, and ends at a record when it is to be killed there. */
export async function process(run: DataRun, killAt?: KillAt): Promise<RunResult> {
  const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() }
  const env = { HOME: join(run.state, 'home'), PATH: globalThis.process.env['PATH'] }
  const settings = await resolveSettings({
    flags: new Map([['state', run.state]]),
    configFiles: [configFile(run)],
    env,
    cwd: run.state,
    language: 'en',
  })
  const context = { settings, env, clock, log: quiet, canPrompt: false } as unknown as CommandContext
  const over = new AbortController()
  const closing: (() => Promise<void>)[] = []
  const plan = planOf(run)
  const about = { id: 'run-1', holder: 'me@here' }
  const world: RunWorld = {
    context,
    plan,
    run: about,
    cluster: run.cluster,
    holder: undefined,
    hosts: new Map([[run.host.name, run.host]]),
    signal: over.signal,
    onClose: (close) => void closing.push(close),
  }
  const data = dataRunPorts(world)
  try {
    return await runAlone(plan, {
      engine: {
        journal: memoryJournal(run.disk, {
          clock,
          around(moment, _seq, body) {
            if (killAt?.moment === moment && killAt.is(body)) throw new Error('killed')
          },
        }),
        clock,
        wait: async (ms, signal) =>
          await new Promise((resolve, reject) => {
            const timer = setTimeout(resolve, ms / run.hurry)
            signal.addEventListener('abort', () => {
              clearTimeout(timer)
              reject(signal.reason as Error)
            })
          }),
        steps: [
          parkImagesStep,
          parkDataStep,
          provisionStep,
          verifyOsStep,
          restoreDataStep,
          restoreImagesStep,
          givesBack(run),
        ],
        ports: {
          ...data,
          ...imageRunPorts(world, {
            hostOf: data.hostOf,
            storeOf: async (name) => await openPlanStore(context, name),
          }),
          provisioner: () => provisionerOf(run),
          get cluster(): Cluster {
            if (run.cluster === undefined) throw new Error('the plan has no cluster to ask')
            return run.cluster
          },
          // Its plan drains nothing.
          requireEmpty: async () => await Promise.resolve(),
          requireLeft: async () => await Promise.resolve(),
          refreshConfig: async () => await Promise.reject(new Error('no configuration is rendered')),
          writtenConfig: async () => await Promise.resolve(undefined),
          endToken: async () => await Promise.resolve(),
        },
      },
      run: about,
      selection: run.selection,
      onEvent: run.onEvent,
    })
  } finally {
    over.abort()
    for (const close of closing.toReversed()) await close()
  }
}

/** Beside the state directory's files; tests write more into it. */
export function configFile({ state }: DataRun, text?: string): string {
  const path = join(state, 'osferry.yaml')
  if (text !== undefined) writeFileSync(path, text)
  else writeFileSync(path, '', { flag: 'a' })
  return path
}

/** What the journal remembers of a step that is done. */
export function resultOf(run: DataRun, uses: string): Record<string, unknown> | undefined {
  return run.disk.events.flatMap(({ body }) =>
    body.type === 'step-done' && body.uses === uses ? [body.result] : [],
  )[0]
}

/** Code and class of every failure of steps, in their order. */
export function failuresOf(run: DataRun): string[] {
  return run.disk.events.flatMap(({ body }) =>
    body.type === 'step-failed' ? [`${body.uses} ${body.failure.class} ${body.failure.code}`] : [],
  )
}
