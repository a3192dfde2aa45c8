import { readPlanLists, type PlanLists } from '../cluster/plan-lists.ts'
import { canonicalJson } from '../model/canonical-json.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { MigrationError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import { changesThatCount, isScaledDown, namespacesOf, untoldList } from '../plan/changes-that-count.ts'
import { clusterChanges, type ChangedObject, type ViewedCluster } from '../plan/cluster-changes.ts'
import { clusterInputView } from '../plan/input-views.ts'
import type { CommandContext } from './context.ts'
import { keptClusterView, viewedCluster } from './kept-cluster-view.ts'
import { autoscaled, podsIn } from './lists-of-changes.ts'
import { planCluster, sha256 } from './plan-cluster.ts'
import { staleError } from './refuse-stale.ts'

export interface RunToBegin {
  cluster: Cluster
  plan: Plan
  /** Names of the nodes that may be begun. */
  toBegin: ReadonlySet<string>
}

/**
 * Looks, before a run is begun, whether the cluster itself is still what its plan rests on as far as the nodes to begin go; the
 * snapshot may be of yesterday. Throws PLAN_STALE, and CLUSTER_FORBIDDEN or CLUSTER_ANSWER_INVALID where that cannot be told.
 */
export async function refuseChangedCluster(
  context: CommandContext,
  { cluster, plan, toBegin }: RunToBegin,
): Promise<void> {
  const { signal, log } = context
  const planned = plan.inputs.cluster
  if (planned === null) return
  const lists = await readPlanLists(cluster, signal)
  const view = canonicalJson(clusterInputView(lists))
  if (sha256(view) === planned.sha256) return
  const before = await viewOfPlan(context, planned.sha256)
  if (before === undefined) throw stale(context)
  const changes = clusterChanges(before, viewedCluster(view))
  refuseUntold(changes, lists)
  const pods = await podsIn(cluster, namespacesOf(changes), signal)
  const counted = changesThatCount(changes, { ...lists, toBegin, pods })
  const objects = await withoutScaled(cluster, counted, signal)
  if (objects.length > 0) throw stale(context, objects)
  log.info(
    `${changes.length} objects of the cluster are others than in the snapshot; no node to begin rests on them`,
  )
}

/** Kept when the plan was made; where it was made elsewhere, of the saved snapshot when that is the one of the plan. */
async function viewOfPlan(context: CommandContext, digest: string): Promise<ViewedCluster | undefined> {
  const kept = await keptClusterView(context, digest)
  if (kept !== undefined) return kept
  const saved = await planCluster(context, undefined)
  return saved?.input.sha256 === digest ? viewedCluster(saved.view) : undefined
}

function stale(context: CommandContext, objects?: readonly ChangedObject[]): MigrationError {
  const change = { input: 'cluster', host: null, ...(objects === undefined ? {} : { objects }) } as const
  return staleError(
    context,
    {
      path: 'the plan',
      hint: 'nothing was written; osferry cluster snapshot, assess and plan create make the plan again, or --only leaves nodes out',
    },
    [change],
  )
}

/** What cannot be read now is not gone. */
function refuseUntold(changes: readonly ChangedObject[], { gaps }: PlanLists): void {
  const gap = untoldList(changes, gaps)
  if (gap === undefined) return
  const { resource, reason, message } = gap
  throw new MigrationError(
    reason === 'forbidden' ? 'CLUSTER_FORBIDDEN' : 'CLUSTER_ANSWER_INVALID',
    `whether ${resource} are still what the plan rests on cannot be told: ${message}`,
    {
      hint: 'nothing was written; grant the rights of docs/cluster-role.yaml, and look at the objects with kubectl',
    },
  )
}

/** How many pods an autoscaler wants changes by the hour; nobody has decided that, and the budgets are looked at live. */
async function withoutScaled(
  cluster: Cluster,
  changes: readonly ChangedObject[],
  signal: AbortSignal,
): Promise<readonly ChangedObject[]> {
  if (!changes.some(isScaledDown)) return changes
  const isAutoscaled = await autoscaled(cluster, signal)
  return changes.filter((change) => !isScaledDown(change) || !isAutoscaled(change))
}
