import { z } from 'zod'
import { parseApiObject } from './api-object.ts'
import type { ApiObject } from './cluster-port.ts'

const PersistentVolume = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    claimRef: z.object({ namespace: z.string().nullish(), name: z.string().nullish() }).nullish(),
    csi: z.object({ driver: z.string(), volumeHandle: z.string() }).nullish(),
    local: z.object({ path: z.string() }).nullish(),
    hostPath: z.object({ path: z.string() }).nullish(),
  }),
})

const VolumeAttachment = z.object({
  metadata: z.object({
    name: z.string(),
    creationTimestamp: z.string().nullish(),
    deletionTimestamp: z.string().nullish(),
  }),
  spec: z.object({
    nodeName: z.string(),
    source: z.object({
      persistentVolumeName: z.string().nullish(),
      inlineVolumeSpec: z
        .object({ csi: z.object({ driver: z.string(), volumeHandle: z.string() }).nullish() })
        .nullish(),
    }),
  }),
  status: z.object({ detachError: z.object({ message: z.string().nullish() }).nullish() }).nullish(),
})

/** A PersistentVolume as a drain sees it. */
export interface DrainVolume {
  name: string
  /** `namespace/name` of the claim that it is bound to. */
  claim: string | undefined
  /** Where its data is on a node, when they are on one. */
  localPath: string | undefined
  /** As node.status names it; only CSI volumes can be told. */
  uniqueName: string | undefined
}

/** That a volume is attached to a node. */
export interface DrainAttachment {
  name: string
  node: string
  /** The PersistentVolume; undefined for volumes that are written into pods. */
  volume: string | undefined
  /** Of a volume that is written into pods: as node.status names it. */
  uniqueName: string | undefined
  /** ISO 8601; since when it is to be detached, else since when it is attached. */
  since: string | undefined
  isDetaching: boolean
  /** What the driver said when it could not detach it. */
  detachError: string | undefined
}

/** Reads a PersistentVolume; throws CLUSTER_ANSWER_INVALID when it is none. */
export function parseDrainVolume(object: ApiObject): DrainVolume {
  const { metadata, spec } = parseApiObject(PersistentVolume, object, 'PersistentVolume')
  const { claimRef, csi, local, hostPath } = spec
  return {
    name: metadata.name,
    claim:
      typeof claimRef?.namespace === 'string' && typeof claimRef.name === 'string'
        ? `${claimRef.namespace}/${claimRef.name}`
        : undefined,
    localPath: local?.path ?? hostPath?.path,
    uniqueName: uniqueCsiName(csi),
  }
}

/** Source: GetUniqueVolumeNameFromSpec in kubernetes/pkg/volume/util, GetVolumeName in pkg/volume/csi. */
function uniqueCsiName(csi: { driver: string; volumeHandle: string } | null | undefined): string | undefined {
  return csi === null || csi === undefined ? undefined : `kubernetes.io/csi/${csi.driver}^${csi.volumeHandle}`
}

/** Reads a VolumeAttachment; throws CLUSTER_ANSWER_INVALID when it is none. */
export function parseDrainAttachment(object: ApiObject): DrainAttachment {
  const { metadata, spec, status } = parseApiObject(VolumeAttachment, object, 'VolumeAttachment')
  return {
    name: metadata.name,
    node: spec.nodeName,
    volume: spec.source.persistentVolumeName ?? undefined,
    uniqueName: uniqueCsiName(spec.source.inlineVolumeSpec?.csi),
    since: metadata.deletionTimestamp ?? metadata.creationTimestamp ?? undefined,
    isDetaching: typeof metadata.deletionTimestamp === 'string',
    detachError: status?.detachError?.message ?? undefined,
  }
}
