import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommandContext } from '../../../src/cli/context.ts'
import { nodeLeaseName } from '../../../src/cli/node-lease-name.ts'
import { runGates } from '../../../src/cli/run-gates.ts'
import { clusterRunPorts } from '../../../src/cli/run-ports-cluster.ts'
import type { RunPorts } from '../../../src/cli/run-ports.ts'
import { runSteps } from '../../../src/cli/run-steps.ts'
import type { RunWorld } from '../../../src/cli/run-world.ts'
import { openClusterPort } from '../../../src/cluster/cluster.ts'
import { openJournal } from '../../../src/journal/journal.ts'
import { isAway } from '../../../src/migrate/node-state.ts'
import { createRunControl } from '../../../src/migrate/run-control.ts'
import type { RunResult } from '../../../src/migrate/run-outcome.ts'
import { runPlan } from '../../../src/migrate/run-plan.ts'
import { followRun, runStateOf } from '../../../src/migrate/run-state.ts'
import type { Cluster } from '../../../src/model/cluster-port.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { nodeLeases } from '../../../src/steps/node-leases.ts'
import { clusterUid } from '../../../src/steps/node-records.ts'
import { observeBudgets, type BudgetObserver } from './budget-observer.ts'
import { labClient } from './lab-client.ts'
import { scalePlan, stableMs } from './scale-plan.ts'
import { podTimes, scaleScene, type ScaleScene } from './scale-scene.ts'

/** What became of a fleet that was moved. */
export interface ScaleRun {
  result: RunResult
  plan: Plan
  observer: BudgetObserver
  /** In simulated time. */
  makespanMs: number
  /** By an arithmetic that knows no plan. */
  boundMs: number
}

/** Plans a scene and runs the plan, by what the product itself plans and runs with, in simulated time. */
export async function runScale(size: { nodes: number; pods: number }): Promise<ScaleRun> {
  // What a run loads when it needs it: time would go on meanwhile.
  await Promise.all([
    import('../../../src/steps/workloads-gate.ts'),
    import('../../../src/inventory/read-bounded.ts'),
    import('../../../src/inventory/atomic-file.ts'),
  ])
  const scene = scaleScene(size)
  const directory = mkdtempSync(join(tmpdir(), 'osferry-scale-'))
  try {
    const made = moved(scene, directory)
    return await scene.time.run(made)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function moved(scene: ScaleScene, directory: string): Promise<ScaleRun> {
  const { time } = scene
  const over = new AbortController()
  const context = contextOf(scene, { directory, signal: over.signal })
  const clock = { nowMs: () => time.nowMs(), sleep: time.wait }
  const cluster = openClusterPort(labClient(scene.cluster, time), { clock })
  const plan = await scalePlan(scene, { context, cluster, directory })
  const observer = observeBudgets(scene.cluster)
  const startedMs = time.nowMs()
  const result = await run(scene, { plan, context, cluster, directory, over })
  return {
    result,
    plan,
    observer,
    makespanMs: time.nowMs() - startedMs,
    boundMs: boundOf(scene, plan.limits.maxUnavailable),
  }
}

/**
 * Each node is away while its pods end, while its machine is installed and while it has to be well; no more than so many are
 * away at a time.
 */
function boundOf({ installMs }: ScaleScene, maxUnavailable: number): number {
  const cycles = [...installMs.values()].map((ms) => podTimes.stopMs + ms + stableMs)
  return Math.max(cycles.reduce((sum, ms) => sum + ms, 0) / maxUnavailable, ...cycles)
}

interface RunOptions {
  plan: Plan
  context: CommandContext
  cluster: Cluster
  directory: string
  over: AbortController
}

async function run(
  { time, provisioner }: ScaleScene,
  { plan, context, cluster, directory, over }: RunOptions,
): Promise<RunResult> {
  const { clock } = time
  const { signal } = over
  const about = { id: 'run-1', holder: 'bench@here' }
  const holder = { name: `${about.holder} (run ${about.id})`, gone: new Set<string>() }
  const journal = await openJournal({
    path: join(directory, 'journal.db'),
    actor: about.holder,
    clock,
    signal,
  })
  const followed = followRun(runStateOf([]))
  const closers: (() => Promise<void>)[] = []
  const world: RunWorld = {
    context,
    plan,
    run: about,
    cluster,
    clusterUid: await clusterUid(cluster, signal),
    nodesAway: () => [...followed.state().nodes].flatMap(([name, node]) => (isAway(node) ? [name] : [])),
    holder,
    hosts: new Map(),
    signal,
    onClose: (close) => void closers.push(close),
  }
  journal.begin({
    id: about.id,
    plan: 'a'.repeat(64),
    actor: about.holder,
    version: context.version,
    startedAt: clock.now(),
  })
  try {
    const ports = {
      ...clusterRunPorts(world, time.wait),
      clock,
      provisioner: () => provisioner,
      endToken: async () => await Promise.resolve(),
    }
    return await runPlan(plan, {
      // Steps that the plan has not need the rest.
      engine: { journal, clock, wait: time.wait, steps: runSteps, ports: ports as unknown as RunPorts },
      run: about,
      control: createRunControl(),
      gates: runGates(world),
      windows: { mayStart: () => ({ open: true }) },
      selection: {},
      lost: new AbortController().signal,
      guard: nodeLeases(
        { cluster, clock, wait: time.wait },
        {
          holder: holder.name,
          nodes: new Set(plan.nodes.map(({ name }) => name)),
          leaseOf: nodeLeaseName,
          onSilent: () => undefined,
        },
      ),
      onEvent: (event) => followed.tell(event),
      onHold: () => undefined,
    })
  } finally {
    over.abort(new Error('the run is over'))
    for (const close of closers.toReversed()) await close()
    await cluster.close()
    journal.close()
  }
}

function contextOf(
  { time }: ScaleScene,
  { directory, signal }: { directory: string; signal: AbortSignal },
): CommandContext {
  const quiet = (): void => undefined
  const settings = { required: () => directory, gates: [] }
  const log = { debug: quiet, info: quiet, warn: quiet }
  return {
    settings,
    clock: time.clock,
    log,
    env: {},
    version: '0.0.0',
    cwd: directory,
    signal,
  } as unknown as CommandContext
}
