import { z } from 'zod'
import { Condition, LabelMap, objectFields, Resources, Taint } from './cluster-parts.ts'

const text = z.string()

/** One Node: what must be the same again after its system was replaced, and what the planner counts with. */
export const ClusterNode = z.object({
  ...objectFields,
  labels: LabelMap,
  /**
   * Without kubectl's last-applied; secrets are `***`, and long values are cut (they end in `… (+N)` then): neither may be
   * written back.
   */
  annotations: LabelMap,
  taints: z.array(Taint),
  unschedulable: z.boolean(),
  providerId: text.nullable(),
  podCidrs: z.array(text),
  addresses: z.array(z.object({ type: text, address: text })),
  conditions: z.array(Condition.extend({ lastHeartbeatAt: text.nullable() })),
  /** Of the condition Ready; `unknown` when the server does not hear from the kubelet, or has no such condition. */
  ready: z.enum(['ready', 'not-ready', 'unknown']),
  allocatable: Resources,
  capacity: Resources,
  info: z.object({
    machineId: text.nullable(),
    systemUuid: text.nullable(),
    bootId: text.nullable(),
    kernelVersion: text,
    osImage: text,
    containerRuntimeVersion: text,
    kubeletVersion: text,
    operatingSystem: text,
    architecture: text,
  }),
  volumesAttached: z.array(z.object({ name: text, devicePath: text })),
  volumesInUse: z.array(text),
})
export type ClusterNode = z.infer<typeof ClusterNode>

/** A kubelet's sign of life, from the namespace kube-node-lease; the name is the node's. */
export const NodeLease = z.object({
  name: text,
  holder: text.nullable(),
  renewedAt: text.nullable(),
  durationSeconds: z.int().nullable(),
})
export type NodeLease = z.infer<typeof NodeLease>
