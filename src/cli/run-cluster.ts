import { pendingNode } from '../migrate/node-state.ts'
import type { RunState } from '../migrate/run-state.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { parseDrainNode } from '../model/drain-node.ts'
import { MigrationError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import type { RunScene } from '../model/run-scene.ts'
import { clusterUid } from '../steps/node-records.ts'
import { requireRights } from '../steps/require-rights.ts'
import { rightsOfPlan } from './run-rights.ts'

const mostNamed = 20

export interface RunClusterOptions {
  cluster: Cluster
  plan: Plan
  state: RunState
  /** Names of the nodes that may be begun: only they must be the ones that were planned. */
  toBegin: ReadonlySet<string>
  /** Of a run that is gone on with. */
  scene: RunScene | undefined
  signal: AbortSignal
}

/**
 * Looks, before anything is written, whether this is the cluster of the plan and the nodes to begin are those that were planned, and
 * whether the login has every right that is needed; tells its uid. Throws PLAN_OTHER_CLUSTER, PLAN_STALE, CLUSTER_*.
 */
export async function checkRunCluster(options: RunClusterOptions): Promise<string> {
  const { cluster, plan, scene, signal } = options
  const uid = await clusterUid(cluster, signal)
  const known = scene?.cluster?.uid ?? plan.inputs.cluster?.uid ?? null
  if (known !== null && known !== uid) throw otherCluster(options, `its kube-system is ${uid}, not ${known}`)
  await refuseOtherNodes(options, known)
  await requireRights(cluster, rightsOfPlan(plan), signal)
  return uid
}

/** Nodes that may be begun must be the very ones. The others were replaced by the run itself, or nothing is done to them. */
async function refuseOtherNodes(options: RunClusterOptions, known: string | null): Promise<void> {
  const { cluster, plan, state, toBegin, signal } = options
  const open = plan.nodes.filter(
    ({ name, uid }) => uid !== null && (state.nodes.get(name) ?? pendingNode).status === 'pending',
  )
  const objects = await cluster.list({ group: '', version: 'v1', resource: 'nodes' }, signal)
  const uids = new Map(objects.map(parseDrainNode).map(({ name, uid }) => [name, uid]))
  const changed = open.flatMap(({ name, uid }) => {
    const now = uids.get(name)
    if (now === uid) return []
    const what = now === undefined ? `${name} is not in the cluster` : `${name} is another node now`
    return [{ name, what }]
  })
  const { server } = plan.inputs.cluster ?? { server: cluster.server }
  // The plan may have been made by another way to the same server: its nodes tell better than its address.
  if (known === null && changed.length === open.length && (open.length > 0 || server !== cluster.server))
    throw otherCluster(options, 'it has none of its nodes')
  const stale = changed.filter(({ name }) => toBegin.has(name)).map(({ what }) => what)
  if (stale.length === 0) return
  const more = stale.length > mostNamed ? [`... ${stale.length - mostNamed} more`] : []
  const lines = ['the cluster has changed:', ...stale.slice(0, mostNamed), ...more]
  throw new MigrationError('PLAN_STALE', lines.join('\n  '), {
    hint: 'nothing was written; --only leaves nodes out; osferry cluster snapshot, assess and plan create make the plan again',
    details: { changes: stale.length },
  })
}

function otherCluster({ cluster, plan }: RunClusterOptions, why: string): MigrationError {
  const { context, server } = plan.inputs.cluster ?? { context: '', server: '' }
  return new MigrationError(
    'PLAN_OTHER_CLUSTER',
    `${cluster.context} (${cluster.server}) is not the cluster of the plan, ${context} (${server}): ${why}`,
    { hint: 'nothing was written; choose the cluster with --context and --kubeconfig' },
  )
}
