import { z } from 'zod'
import { LabelMap, NodeSelectorTerm, objectFields } from './cluster-parts.ts'

const text = z.string()

export const PersistentVolume = z.object({
  ...objectFields,
  capacityBytes: z.number().nullable(),
  accessModes: z.array(text),
  storageClass: text.nullable(),
  phase: text,
  reclaimPolicy: text.nullable(),
  volumeMode: text.nullable(),
  claim: z.object({ namespace: text, name: text }).nullable(),
  /** `csi`, `local`, `hostPath`, `nfs`, ... with what tells where the data is; attributes and secrets are not read. */
  source: z.object({
    kind: text,
    driver: text.optional(),
    handle: text.optional(),
    path: text.optional(),
    server: text.optional(),
  }),
  /** Nodes that can use it; null means all. */
  nodeAffinity: z.array(NodeSelectorTerm).nullable(),
  labels: LabelMap,
})
export type PersistentVolume = z.infer<typeof PersistentVolume>

export const PersistentVolumeClaim = z.object({
  ...objectFields,
  namespace: text,
  phase: text,
  storageClass: text.nullable(),
  volume: text.nullable(),
  accessModes: z.array(text),
  volumeMode: text.nullable(),
  requestedBytes: z.number().nullable(),
  /** The node that the scheduler chose for it. */
  selectedNode: text.nullable(),
})
export type PersistentVolumeClaim = z.infer<typeof PersistentVolumeClaim>

/** Without its parameters: some provisioners have passwords there. */
export const StorageClass = z.object({
  ...objectFields,
  provisioner: text,
  reclaimPolicy: text.nullable(),
  bindingMode: text.nullable(),
  allowsExpansion: z.boolean(),
  isDefault: z.boolean(),
})
export type StorageClass = z.infer<typeof StorageClass>

export const VolumeAttachment = z.object({
  ...objectFields,
  node: text,
  attacher: text,
  /** Name of the PersistentVolume; null for a volume that is written in the attachment itself. */
  volume: text.nullable(),
  attached: z.boolean(),
  attachError: text.nullable(),
  detachError: text.nullable(),
})
export type VolumeAttachment = z.infer<typeof VolumeAttachment>

export const CsiDriver = z.object({
  ...objectFields,
  attachRequired: z.boolean(),
  podInfoOnMount: z.boolean(),
  modes: z.array(text),
  storageCapacity: z.boolean(),
  fsGroupPolicy: text.nullable(),
})
export type CsiDriver = z.infer<typeof CsiDriver>
