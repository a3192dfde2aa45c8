import { z } from 'zod'
import { parseApiObject, StringMap } from './api-object.ts'
import { LabelMap, Taint } from './cluster-parts.ts'
import type { ApiObject } from './cluster-port.ts'

const text = z.string()

/** What of a node must be told again when its system was replaced. */
export const RecordedNode = z.object({
  name: text,
  uid: text,
  machineId: text.nullable(),
  bootId: text.nullable(),
  osImage: text.nullable(),
  providerId: text.nullable(),
  podCidrs: z.array(text),
  addresses: z.array(z.object({ type: text, address: text })),
  /** Whole, with whatever people have written into them: they are put back from here. */
  labels: LabelMap,
  annotations: LabelMap,
  taints: z.array(Taint),
})
export type RecordedNode = z.infer<typeof RecordedNode>

/** A pod that nobody creates again, taken off the node by a drain. */
export const SavedPod = z.object({
  namespace: text,
  name: text,
  uid: text,
  /** Id of the run that took it. */
  run: text,
  graceSeconds: z.number().min(0),
  manifest: z.record(text, z.unknown()),
})
export type SavedPod = z.infer<typeof SavedPod>

/** node-record/v1: how a node was found before the first write to it. */
export const NodeRecord = z.object({
  schema: z.literal('node-record/v1'),
  /** ISO 8601: when the node was found so. */
  at: z.iso.datetime(),
  /** `uid` is that of the namespace kube-system: the same cluster under any address. */
  cluster: z.object({ uid: text, context: text, server: text }),
  node: RecordedNode,
  /** As people left it: a cordon of osferry does not count. */
  unschedulable: z.boolean(),
  /** Runs that may have cordoned it, first to last. */
  runs: z.array(z.object({ id: text, holder: text, at: text })).min(1),
  /** Those that were not created again yet. */
  pods: z.array(SavedPod),
  /** When nothing was left to do; null until then. */
  restoredAt: z.iso.datetime().nullable(),
})
export type NodeRecord = z.infer<typeof NodeRecord>

/** Where the records of nodes are kept, one a node. */
export interface NodeRecords {
  /** The cluster that the nodes are of: node-1 of another one is another node. */
  readonly clusterUid: string
  /** Undefined when there is none. Throws DOCUMENT_*. */
  read(node: string): Promise<NodeRecord | undefined>
  /** One change after the other; it is on disk when this resolves. */
  update(node: string, change: (earlier: NodeRecord | undefined) => NodeRecord): Promise<NodeRecord>
}

const Node = z.object({
  metadata: z.object({ name: text, uid: text, labels: StringMap, annotations: StringMap }),
  spec: z
    .object({
      unschedulable: z.boolean().nullish(),
      providerID: text.nullish(),
      podCIDR: text.nullish(),
      podCIDRs: z.array(text).nullish(),
      taints: z
        .array(z.object({ key: text, value: text.nullish(), effect: text, timeAdded: text.nullish() }))
        .nullish(),
    })
    .nullish(),
  status: z
    .object({
      addresses: z.array(z.object({ type: text, address: text })).nullish(),
      nodeInfo: z
        .object({ machineID: text.nullish(), bootID: text.nullish(), osImage: text.nullish() })
        .nullish(),
    })
    .nullish(),
})

/** Reads what a record holds of a Node; throws CLUSTER_ANSWER_INVALID when it is none. */
export function parseRecordedNode(object: ApiObject): RecordedNode {
  const { metadata, spec, status } = parseApiObject(Node, object, 'Node')
  const single = wordOf(spec?.podCIDR)
  return {
    name: metadata.name,
    uid: metadata.uid,
    machineId: wordOf(status?.nodeInfo?.machineID),
    bootId: wordOf(status?.nodeInfo?.bootID),
    osImage: wordOf(status?.nodeInfo?.osImage),
    providerId: wordOf(spec?.providerID),
    podCidrs: spec?.podCIDRs ?? (single === null ? [] : [single]),
    addresses: status?.addresses ?? [],
    labels: metadata.labels,
    annotations: metadata.annotations,
    taints: (spec?.taints ?? []).map(({ key, value, effect, timeAdded }) => ({
      key,
      effect,
      ...(value === null || value === undefined || value === '' ? {} : { value }),
      ...(timeAdded === null || timeAdded === undefined ? {} : { timeAdded }),
    })),
  }
}

function wordOf(value: string | null | undefined): string | null {
  return value === undefined || value === '' ? null : value
}
