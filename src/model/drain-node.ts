import { z } from 'zod'
import { parseApiObject, StringMap } from './api-object.ts'
import { taintText } from './cluster-parts.ts'
import type { ApiObject } from './cluster-port.ts'

const Node = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    labels: StringMap,
    annotations: StringMap,
  }),
  spec: z
    .object({
      unschedulable: z.boolean().nullish(),
      taints: z
        .array(
          z.looseObject({
            key: z.string(),
            value: z.string().nullish(),
            effect: z.string(),
            timeAdded: z.string().nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), lastTransitionTime: z.string().nullish() }))
        .nullish(),
      volumesInUse: z.array(z.string()).nullish(),
      volumesAttached: z.array(z.object({ name: z.string() })).nullish(),
    })
    .nullish(),
})

/** A node as a drain sees it. */
export interface DrainNode {
  name: string
  uid: string
  resourceVersion: string
  labels: Readonly<Record<string, string>>
  annotations: Readonly<Record<string, string>>
  isUnschedulable: boolean
  isReady: boolean
  /** Its kubelet has not been heard of for a while. */
  isUnreachable: boolean
  /** Somebody has said, by the taint, that the machine is off. */
  isOutOfService: boolean
  /** As the server has them, to be sent back. */
  taintObjects: readonly ApiObject[]
  /** ISO 8601; since when it is, or is not, ready. */
  readyChangedAt: string | undefined
  taints: readonly { text: string; since: string | undefined }[]
  /** Unique volume names (`kubernetes.io/csi/driver^handle`) that are mounted or attached. */
  volumes: readonly string[]
}

/** Reads a Node; throws CLUSTER_ANSWER_INVALID when it is none. */
export function parseDrainNode(object: ApiObject): DrainNode {
  const { metadata, spec, status } = parseApiObject(Node, object, 'Node')
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  const attached = (status?.volumesAttached ?? []).map(({ name }) => name)
  return {
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    labels: metadata.labels,
    annotations: metadata.annotations,
    isUnschedulable: spec?.unschedulable === true,
    isReady: ready?.status === 'True',
    // Source: the node lifecycle controller says Unknown when the lease was not renewed; False is the kubelet's own word.
    isUnreachable: ready?.status === 'Unknown',
    isOutOfService: (spec?.taints ?? []).some(({ key }) => key === 'node.kubernetes.io/out-of-service'),
    taintObjects: spec?.taints ?? [],
    readyChangedAt: ready?.lastTransitionTime ?? undefined,
    taints: (spec?.taints ?? []).map((taint) => ({
      text: taintText(taint),
      since: taint.timeAdded ?? undefined,
    })),
    volumes: [...new Set([...(status?.volumesInUse ?? []), ...attached])].sort(),
  }
}
