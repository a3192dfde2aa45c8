import type { ApiObject, Cluster } from '../model/cluster-port.ts'
import { parseDrainNode, type DrainNode } from '../model/drain-node.ts'
import { cordonAnnotation } from '../model/cordon-annotation.ts'
import { MigrationError } from '../model/errors.ts'
import { parseRecordedNode, type NodeRecord, type RecordedNode } from '../model/node-record.ts'
import { cordonMark, type CordonMark } from './cluster-cordon.ts'
import { nodeRef } from './core-objects.ts'
import { balancerAnnotation, includeInBalancers } from './load-balancer-mark.ts'
import { isNothing, mergeNode, type NodeMerge } from './merge-node.ts'
import { sendNodePatch } from './patch-node.ts'
import { softTaintAnnotation, takeSoftTaint } from './soft-taint.ts'

/** What became of the cordon. */
export type CordonFate =
  | 'uncordoned'
  | 'not-cordoned'
  /** Somebody else's. */
  | 'kept'
  /** A mark of osferry of which this record knows nothing stays, with whatever it has cordoned. */
  | 'of-another-run'
  /** People had cordoned the node object that is no more. */
  | 'cordoned-again'
  /** By --no-uncordon, or because the time was over. */
  | 'left'

interface WriteOptions {
  /** Undefined: nothing is known of the node but the marks on it. */
  record: NodeRecord | undefined
  name: string
  /** Only look; `server` asks the server for every write, too. */
  dryRun: 'client' | 'server' | undefined
}

const tries = 10

/** What was written to a node, and the node as it is then. */
interface Written {
  merge: NodeMerge
  node: RecordedNode
  isCordonedAgain: boolean
}

/** One patch with everything that people had written on the node. */
export async function writeBack(
  cluster: Cluster,
  { record, name, dryRun }: WriteOptions & { record: NodeRecord },
  signal: AbortSignal,
): Promise<Written> {
  for (let attempt = 1; ; attempt += 1) {
    const { object, state } = await readNode(cluster, name, signal)
    const now = parseRecordedNode(object)
    const merge = mergeNode(record.node, now)
    const isCordonedAgain = record.unschedulable && now.uid !== record.node.uid && !state.isUnschedulable
    const node = {
      ...now,
      labels: { ...now.labels, ...merge.labels },
      taints: [...now.taints, ...merge.taints],
    }
    if (dryRun === 'client' || (isNothing(merge) && !isCordonedAgain)) return { merge, node, isCordonedAgain }
    const patch = {
      metadata: {
        resourceVersion: state.resourceVersion,
        labels: merge.labels,
        annotations: merge.annotations,
      },
      spec: {
        ...(isCordonedAgain ? { unschedulable: true } : {}),
        ...(merge.taints.length === 0 ? {} : { taints: [...state.taintObjects, ...merge.taints] }),
      },
    }
    const how = { patch, signal, dryRun: dryRun === 'server', isLast: attempt >= tries }
    if ((await sendNodePatch(cluster, name, how)) === 'done') return { merge, node, isCordonedAgain }
  }
}

/** Marks of a drain, beside the cordon, that a restore takes away. */
export const drainMarks = ['soft-taint', 'load-balancer'] as const
export type DrainMark = (typeof drainMarks)[number]

/** Takes the marks of earlier drains off a node; those that were there. */
export async function takeMarks(
  cluster: Cluster,
  { name, dryRun }: Omit<WriteOptions, 'record'>,
  signal: AbortSignal,
): Promise<DrainMark[]> {
  const { state } = await readNode(cluster, name, signal)
  const { annotations, uid } = state
  const how = { signal, dryRun: dryRun === 'server' }
  const taken: DrainMark[] = []
  if (annotations[softTaintAnnotation] !== undefined) {
    taken.push('soft-taint')
    if (dryRun !== 'client') await takeSoftTaint(cluster, state, how)
  }
  if (annotations[balancerAnnotation] !== undefined) {
    taken.push('load-balancer')
    if (dryRun !== 'client')
      await includeInBalancers(cluster, { node: name, uid }, { run: undefined, ...how })
  }
  return taken
}

/** True when a drain has left a mark on the node; throws NODE_NOT_FOUND. */
export async function isMarked(cluster: Cluster, name: string, signal: AbortSignal): Promise<boolean> {
  const { state } = await readNode(cluster, name, signal)
  return [cordonAnnotation, softTaintAnnotation, balancerAnnotation].some(
    (key) => state.annotations[key] !== undefined,
  )
}

/** True when somebody has uncordoned, by hand, the node object that a drain had cordoned and pods were saved of. */
export async function isUncordonedSince(
  cluster: Cluster,
  { node, unschedulable, pods, restoredAt }: NodeRecord,
  signal: AbortSignal,
): Promise<boolean> {
  if (pods.length === 0 || restoredAt !== null || unschedulable) return false
  const object = await cluster.get(nodeRef(node.name), signal)
  if (object === undefined) return false
  const { uid, isUnschedulable } = parseDrainNode(object)
  return uid === node.uid && !isUnschedulable
}

/** True when a run of which the record knows nothing has cordoned the node: there is a record of it elsewhere. */
export async function isOfAnotherRun(
  cluster: Cluster,
  { record, name }: Pick<WriteOptions, 'record' | 'name'>,
  signal: AbortSignal,
): Promise<boolean> {
  const { state } = await readNode(cluster, name, signal)
  const annotation = state.annotations[cordonAnnotation]
  return annotation !== undefined && !isOfRecord(record, cordonMark(annotation))
}

/** Without a record every mark of osferry is one that nobody else takes away. */
function isOfRecord(record: NodeRecord | undefined, mark: CordonMark | undefined): boolean {
  return mark !== undefined && (record === undefined || record.runs.some(({ id }) => id === mark.run))
}

/** Uncordons the node when a run of the record has cordoned it, and nobody had before. */
export async function liftCordon(
  cluster: Cluster,
  { record, name, dryRun }: WriteOptions,
  signal: AbortSignal,
): Promise<CordonFate> {
  for (let attempt = 1; ; attempt += 1) {
    const { state } = await readNode(cluster, name, signal)
    const annotation = state.annotations[cordonAnnotation]
    const mark = cordonMark(annotation)
    if (annotation === undefined) return state.isUnschedulable ? 'kept' : 'not-cordoned'
    if (!isOfRecord(record, mark)) return 'of-another-run'
    const wasUnschedulable = record?.unschedulable ?? mark?.foundUnschedulable ?? true
    const isLifted = state.isUnschedulable && !wasUnschedulable
    const fate = isLifted ? 'uncordoned' : state.isUnschedulable ? 'kept' : 'not-cordoned'
    if (dryRun === 'client') return fate
    const { resourceVersion } = state
    const patch = {
      metadata: { resourceVersion, annotations: { [cordonAnnotation]: null } },
      ...(isLifted ? { spec: { unschedulable: null } } : {}),
    }
    const how = { patch, signal, dryRun: dryRun === 'server', isLast: attempt >= tries }
    if ((await sendNodePatch(cluster, name, how)) === 'done') return fate
  }
}

async function readNode(
  cluster: Cluster,
  name: string,
  signal: AbortSignal,
): Promise<{ object: ApiObject; state: DrainNode }> {
  const object = await cluster.get(nodeRef(name), signal)
  if (object !== undefined) return { object, state: parseDrainNode(object) }
  throw new MigrationError('NODE_NOT_FOUND', `the node ${name} was deleted while it was restored`, {
    hint: 'look who deletes it, then run osferry restore again',
  })
}
