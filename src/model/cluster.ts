import { z } from 'zod'
import { CustomResource, PriorityClass, RuntimeClass, Webhook } from './cluster-apis.ts'
import { ClusterNode, NodeLease } from './cluster-nodes.ts'
import { ClusterBudget, ClusterPod } from './cluster-pods.ts'
import { ClusterService } from './cluster-services.ts'
import {
  CsiDriver,
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
  VolumeAttachment,
} from './cluster-storage.ts'
import { ClusterWorkload } from './cluster-workloads.ts'
import { Text } from './text.ts'

/** The lists of a snapshot, in the order in which they are written, each with the schema of its records. */
export const clusterLists = {
  nodes: ClusterNode,
  pods: ClusterPod,
  workloads: ClusterWorkload,
  budgets: ClusterBudget,
  volumes: PersistentVolume,
  claims: PersistentVolumeClaim,
  storageClasses: StorageClass,
  attachments: VolumeAttachment,
  csiDrivers: CsiDriver,
  runtimeClasses: RuntimeClass,
  priorityClasses: PriorityClass,
  customResources: CustomResource,
  webhooks: Webhook,
  services: ClusterService,
  leases: NodeLease,
} as const

export type ClusterList = keyof typeof clusterLists
export type ClusterRecord<L extends ClusterList> = z.infer<(typeof clusterLists)[L]>
export const clusterListNames = Object.keys(clusterLists) as readonly ClusterList[]

/** Why something is missing; none of them is ever taken for "there are none". */
export const clusterGapReasons = [
  /** The server does not have this resource, or not in a version that we know. */
  'absent',
  /** The account may not list it. */
  'forbidden',
  /** The server answered, but not with a list. */
  'failed',
  /** Some objects were not what the API says they are. */
  'unparsable',
  /** The osferry that took the snapshot did not know of this list. */
  'not-asked',
] as const

export const ClusterGap = z.object({
  list: z.enum(clusterListNames as readonly [ClusterList, ...ClusterList[]]),
  /** `poddisruptionbudgets.policy`; core resources are named alone. */
  resource: z.string(),
  reason: z.enum(clusterGapReasons),
  message: z.string(),
  /** Objects that are missing; null when nobody knows how many there are. */
  objects: z.int().nullable(),
})
export type ClusterGap = z.infer<typeof ClusterGap>

/** How hosts of the inventory and nodes of the cluster belong together. */
export const hostEvidence = ['machine-id', 'address', 'name'] as const
export const HostMatch = z.object({
  host: z.string(),
  node: z.string(),
  /** What says so, strongest first. */
  by: z.array(z.enum(hostEvidence)),
})
export type HostMatch = z.infer<typeof HostMatch>

export const HostMatchFinding = z.object({
  key: z.enum(['host-without-node', 'node-without-host', 'matches-several', 'machine-id-differs']),
  hosts: z.array(z.string()),
  nodes: z.array(z.string()),
  here: Text,
})
export type HostMatchFinding = z.infer<typeof HostMatchFinding>

export const HostMatching = z.object({ matches: z.array(HostMatch), findings: z.array(HostMatchFinding) })
export type HostMatching = z.infer<typeof HostMatching>

const count = z.int()

export const ClusterSummary = z.object({
  /** Null when the nodes could not be listed. */
  nodes: z.object({ ready: count, notReady: count, unknown: count, unschedulable: count }).nullable(),
  /** Pods by phase; null when they could not be listed. */
  pods: z.record(z.string(), count).nullable(),
  /** Budgets with pods that let none of them be evicted now, or whose status nobody has written yet. */
  blockingBudgets: z
    .array(z.object({ namespace: z.string(), name: z.string(), pods: count.nullable() }))
    .nullable(),
})
export type ClusterSummary = z.infer<typeof ClusterSummary>

export const ClusterHead = z.object({
  schema: z.literal('cluster/v1'),
  tool: z.object({ name: z.literal('osferry'), version: z.string() }),
  createdAt: z.iso.datetime(),
  /** Context of the kubeconfig, or `in-cluster`. */
  context: z.string(),
  server: z.string(),
  /** `gitVersion` of the API server. */
  version: z.string(),
})
export type ClusterHead = z.infer<typeof ClusterHead>

/** Records of each list; null when none of its resources could be read. */
export const ClusterCounts = z.object(
  Object.fromEntries(clusterListNames.map((name) => [name, count.nullable()])) as Record<
    ClusterList,
    z.ZodNullable<z.ZodInt>
  >,
)
export type ClusterCounts = z.infer<typeof ClusterCounts>

export const ClusterEnd = z.object({
  counts: ClusterCounts,
  gaps: z.array(ClusterGap),
  summary: ClusterSummary,
  /** Null when there were neither an inventory nor facts to compare with. */
  hosts: HostMatching.nullable(),
})
export type ClusterEnd = z.infer<typeof ClusterEnd>

/** cluster/v1; a list is null when it could not be read: that is not the same as empty. */
export const Cluster = z.object({
  ...ClusterHead.shape,
  ...(Object.fromEntries(
    clusterListNames.map((name) => [name, z.array(clusterLists[name]).nullable()]),
  ) as unknown as {
    [L in ClusterList]: z.ZodNullable<z.ZodArray<(typeof clusterLists)[L]>>
  }),
  ...ClusterEnd.shape,
})
export type Cluster = z.infer<typeof Cluster>
