import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { parseDrainNode } from '../model/drain-node.ts'
import { cordonAnnotation } from '../model/cordon-annotation.ts'
import { MigrationError } from '../model/errors.ts'
import { keyOwner } from '../model/node-keys.ts'
import { parseRecordedNode } from '../model/node-record.ts'
import type { NodeRecord, NodeRecords, RecordedNode, SavedPod } from '../model/node-record.ts'
import type { Clock } from '../model/ports.ts'
import { cordonMark } from './cluster-cordon.ts'
import { nodeRef } from './core-objects.ts'
import { labelsOfPeople } from './load-balancer-mark.ts'
import { softTaint, softTaintAnnotation } from './soft-taint.ts'

export interface RecordPorts {
  cluster: Cluster
  clock: Clock
  records: NodeRecords
}

/** Writes down how a node is, before anything is written to it; false when there is no such node any more. */
export async function recordNode(
  { cluster, clock, records }: RecordPorts,
  { name, uid, run }: { name: string; uid: string; run: { id: string; holder: string } },
  signal: AbortSignal,
): Promise<boolean> {
  const object = await cluster.get(nodeRef(name), signal)
  if (object === undefined) return false
  const node = parseRecordedNode(object)
  if (node.uid !== uid) return false
  const mark = cordonMark(node.annotations[cordonAnnotation])
  const { isUnschedulable } = parseDrainNode(object)
  const at = clock.now()
  const now: NodeRecord = {
    schema: 'node-record/v1',
    at,
    cluster: { uid: records.clusterUid, context: cluster.context, server: cluster.server },
    node: withoutMarks(node),
    unschedulable: isUnschedulable && (mark?.foundUnschedulable ?? true),
    // The run that cordoned it before is known by its mark, even when its record was lost.
    runs: [
      ...(isUnschedulable && mark !== undefined ? [{ id: mark.run, holder: mark.holder, at: mark.at }] : []),
      { id: run.id, holder: run.holder, at },
    ],
    pods: [],
    restoredAt: null,
  }
  const cordonedBy = isUnschedulable ? mark?.run : undefined
  await records.update(name, (earlier) => mergeRecords(earlier, now, cordonedBy))
  return true
}

/**
 * What is kept when a node is recorded again. The state that people left is what counts: while a run of ours is not
 * finished, a cordon of it, or a node that was created anew since, says less about that than the earlier record does.
 */
export function mergeRecords(
  earlier: NodeRecord | undefined,
  now: NodeRecord,
  cordonedBy: string | undefined,
): NodeRecord {
  if (earlier === undefined || earlier.cluster.uid !== now.cluster.uid || earlier.restoredAt !== null)
    return now
  const { pods } = earlier
  const isSame = earlier.node.uid === now.node.uid
  const runs = [...earlier.runs, ...now.runs].filter(
    ({ id }, index, all) => all.findIndex((run) => run.id === id) === index,
  )
  // On the same object people have gone on by hand: what is there now is what they want. Only of its cordon, when it is
  // one of ours, the earlier record knows more.
  if (isSame) {
    const isOurs = earlier.runs.some(({ id }) => id === cordonedBy)
    return { ...now, runs, pods, unschedulable: isOurs ? earlier.unschedulable : now.unschedulable }
  }
  const { node } = earlier
  return {
    ...earlier,
    runs,
    // A cordon on the new object is of people as well.
    unschedulable: earlier.unschedulable || now.unschedulable,
    node: {
      ...node,
      labels: { ...node.labels, ...now.node.labels },
      annotations: { ...node.annotations, ...now.node.annotations },
      taints: [
        ...node.taints.filter(
          ({ key, effect }) => !now.node.taints.some((taint) => taint.key === key && taint.effect === effect),
        ),
        ...now.node.taints,
      ],
    },
  }
}

/** The node as people have it. */
function withoutMarks(node: RecordedNode): RecordedNode {
  const { annotations, taints } = node
  const isTainted = annotations[softTaintAnnotation] !== undefined
  return {
    ...node,
    labels: labelsOfPeople(node),
    annotations: Object.fromEntries(
      Object.entries(annotations).filter(([key]) => keyOwner('annotation', key) !== 'osferry'),
    ),
    taints: taints.filter(
      ({ key, effect }) => !isTainted || key !== softTaint.key || effect !== softTaint.effect,
    ),
  }
}

/** Adds a pod that is about to go. */
export async function savePod(records: NodeRecords, node: string, pod: SavedPod): Promise<void> {
  await records.update(node, (record) => {
    if (record === undefined) throw new Error(`no record of ${node}`)
    // Old servers let a negative grace pass; a record that cannot be read again would be worth nothing.
    const saved = { ...pod, graceSeconds: Math.max(0, pod.graceSeconds) }
    return { ...record, pods: [...record.pods.filter(({ uid }) => uid !== pod.uid), saved] }
  })
}

/** Takes away pods that need nothing more, and says that all is done when it is. */
export async function closeRecord(
  records: NodeRecords,
  node: string,
  { settled, restoredAt }: { settled: readonly string[]; restoredAt: string | undefined },
): Promise<void> {
  await records.update(node, (record) => {
    if (record === undefined) throw new Error(`no record of ${node}`)
    const pods = record.pods.filter(({ uid }) => !settled.includes(uid))
    const isDone = restoredAt !== undefined && pods.length === 0
    return { ...record, pods, restoredAt: isDone ? restoredAt : record.restoredAt }
  })
}

const Namespace = z.object({ metadata: z.object({ uid: z.string().min(1) }) })

/** What tells one cluster from another, whatever its address; read before the first write, which a missing right must stop. */
export async function clusterUid(cluster: Cluster, signal: AbortSignal): Promise<string> {
  const ref = { group: '', version: 'v1', resource: 'namespaces', name: 'kube-system' }
  const object = await cluster.get(ref, signal)
  if (object === undefined)
    throw new MigrationError('CLUSTER_ANSWER_INVALID', 'the cluster has no namespace kube-system', {
      hint: 'look at the server of the kubeconfig: it may be no Kubernetes API server',
    })
  return parseApiObject(Namespace, object, 'Namespace').metadata.uid
}
