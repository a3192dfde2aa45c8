import { z } from 'zod'
import { Text } from './text.ts'

/** What lives on a node and would be lost with its disk. */
const dataKinds = ['host-path', 'local-volume', 'empty-dir', 'kubelet-root', 'images', 'etcd'] as const
export const DataKind = z.enum(dataKinds)
export type DataKind = z.infer<typeof DataKind>

/**
 * What becomes of it: `reattach` = a volume of the network, attached again; `preserve` = its partition is kept by the new
 * system; `park` = archived with a checksum a file, put back before the kubelet starts; `discard` = lost, and somebody has said so.
 */
const dataActions = ['reattach', 'preserve', 'park', 'discard'] as const
export const DataAction = z.enum(dataActions)
export type DataAction = z.infer<typeof DataAction>

/** One thing on a node that would be lost, and what is to become of it. */
export const LocalData = z.object({
  /** Stable within the node: kind and path, `local-volume:/mnt/disks/a`. */
  id: z.string(),
  kind: DataKind,
  /** Absolute path on the node; null for images, which live in the store of their runtime. */
  path: z.string().nullable(),
  /** Who uses it: `namespace/pod`, PersistentVolume names, image references. At most twenty, sorted. */
  usedBy: z.array(z.string()),
  /**
   * Pods that no drain takes away (of DaemonSets, static ones) and that write here or below, by their names, at most twenty,
   * sorted; left out when there are none. On the new system they write again as soon as the kubelet runs.
   */
  writtenByStaying: z.array(z.string()).min(1).optional(),
  /** Null when nobody has measured it. */
  bytes: z.int().min(0).nullable(),
  /** Null = nobody has decided: the node is blocked before any write. */
  action: DataAction.nullable(),
  /** Why this action: the option, the rule or the person that chose it. */
  reason: Text.nullable(),
})
export type LocalData = z.infer<typeof LocalData>
