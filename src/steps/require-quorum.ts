import { isEtcdPod } from '../model/control-plane.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { parseDrainNode } from '../model/drain-node.ts'
import { parseDrainPod, type DrainPod } from '../model/drain-pod.ts'
import { keepsQuorum } from '../model/etcd-quorum.ts'
import { fewNames } from '../model/few-names.ts'
import type { StepContext } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import { wipesDisk } from '../model/target.ts'
import { isMirrorPod } from './pod-class.ts'

type Context = Pick<
  StepContext<unknown, { cluster: Cluster }>,
  'node' | 'ports' | 'signal' | 'isPastPointOfNoReturn'
>

const coreV1 = { group: '', version: 'v1' } as const

/**
 * For a step before which a node of the control plane is still as it was: throws ETCD_QUORUM, of the class `quorum`, when etcd would
 * have no majority without the member that runs there. The plan was made of a snapshot; hours may lie between, and a member that
 * has failed since. Members that the cluster does not run as static pods are not seen. Past the point of no return nothing is asked.
 */
export async function requireQuorum(context: Context): Promise<void> {
  if (!context.isPastPointOfNoReturn) await requireOthers(context, () => true)
}

/** The same before the old system comes back to it: of a member that is not ready nothing is taken away. */
export async function requireQuorumBack(context: Context): Promise<void> {
  await requireOthers(context, ({ isReady }) => isReady)
}

async function requireOthers(
  { node, signal, ports }: Context,
  counts: (own: DrainPod) => boolean,
): Promise<void> {
  if (node.uid === null || node.role !== 'control-plane') return
  const { cluster } = ports
  const members = await membersIn(cluster, signal)
  const own = members.find((member) => member.node === node.name)
  if (own === undefined || !counts(own)) return
  const disk = wipesDisk(node.target) ? 'wiped' : 'kept'
  // A member without others is away with its node, whatever is done: in a plan it is only where that was accepted.
  if (members.length === 1 && disk === 'kept') return
  const ready = await readyNodes(cluster, signal)
  const unhealthy = members.filter(
    (member) => member.node !== node.name && !(member.isReady && ready.has(member.node)),
  )
  if (keepsQuorum(disk, { members: members.length, unhealthy: unhealthy.length })) return
  const count = members.length === 1 ? '1 member' : `${members.length} members`
  const away = unhealthy.map((member) => member.node)
  const others = away.length === 0 ? '' : `, not ready: ${fewNames(away)}`
  throw new StepError(
    'quorum',
    `etcd has ${count}${others}; without the one on ${node.name} it has no majority: bring the others back, or add members, first`,
    { code: 'ETCD_QUORUM' },
  )
}

async function membersIn(cluster: Cluster, signal: AbortSignal): Promise<DrainPod[]> {
  const query = { ...coreV1, resource: 'pods', namespace: 'kube-system', labelSelector: 'component=etcd' }
  const pods = (await cluster.list(query, signal)).map((object) => parseDrainPod(object))
  return pods.filter((pod) => isEtcdPod({ ...pod, control: isMirrorPod(pod) ? 'mirror' : 'controller' }))
}

async function readyNodes(cluster: Cluster, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const nodes = (await cluster.list({ ...coreV1, resource: 'nodes' }, signal)).map(parseDrainNode)
  return new Set(nodes.filter(({ isReady }) => isReady).map(({ name }) => name))
}
