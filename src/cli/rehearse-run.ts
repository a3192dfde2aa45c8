import { nodesToBegin } from '../migrate/nodes-in-reach.ts'
import { selectedNodes, refuseSelection, type RunSelection } from '../migrate/run-selection.ts'
import { runStateOf, type RunState } from '../migrate/run-state.ts'
import { openJournalReader } from '../journal/read-journal.ts'
import type { PlanFile } from '../inventory/plan-file.ts'
import { readRunScene } from '../inventory/run-scene-file.ts'
import type { CommandContext } from './context.ts'
import { openCluster } from './open-cluster.ts'
import { allRuns, refuseApplied, refuseOverlap } from './known-runs.ts'
import { refusePlan } from './refuse-plan.ts'
import { checkRunCluster } from './run-cluster.ts'
import { refuseChangedCluster } from './refuse-changed-cluster.ts'
import type { RunForPlan } from './run-for-plan.ts'
import { runHosts } from './run-hosts.ts'
import { runSteps } from './run-steps.ts'
import { journalPath, runPath } from './state-paths.ts'

/** Everything that a run looks at before it writes anything, and nothing more; tells the nodes it would start, in order. */
export async function rehearseRun(
  context: CommandContext,
  { plan, digest }: PlanFile,
  { selection, run }: { selection: RunSelection; run: RunForPlan },
): Promise<string[]> {
  refusePlan(plan, selection, new Set(runSteps.map(({ uses }) => uses)))
  const isKnown = run.open !== undefined
  const runs = allRuns(context)
  if (!isKnown) refuseApplied(digest, runs)
  refuseOverlap(plan, { run: run.id, digest: isKnown ? undefined : digest }, runs)
  const state = stateOf(context, run.id)
  refuseSelection(plan, state, selection)
  const reach = { selection, isAborting: false, state }
  await runHosts(context, plan, reach)
  if (plan.inputs.cluster !== null) {
    const scene = isKnown ? await readRunScene(runPath(context, run.id, 'scene')) : undefined
    const { cluster } = await openCluster(context)
    try {
      const toBegin = nodesToBegin(plan, reach)
      await checkRunCluster({ cluster, plan, state, toBegin, scene, signal: context.signal })
      if (!isKnown) await refuseChangedCluster(context, { cluster, plan, toBegin })
    } finally {
      await cluster.close()
    }
  }
  const chosen = selectedNodes(plan, selection)
  return plan.waves
    .flatMap(({ nodes }) => nodes)
    .filter((name) => chosen.has(name) && state.nodes.get(name)?.status !== 'ended')
}

function stateOf(context: CommandContext, run: string): RunState {
  const reader = openJournalReader(journalPath(context))
  if (reader === undefined) return runStateOf([])
  try {
    return runStateOf(reader.events(run))
  } finally {
    reader.close()
  }
}
