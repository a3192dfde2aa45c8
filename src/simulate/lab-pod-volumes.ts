import type { NodeSelectorTerm } from '../model/cluster-parts.ts'
import { labKinds } from './lab-kinds.ts'
import type { LabObject } from './lab-object.ts'
import type { LabPod } from './lab-pod.ts'
import type { LabStore } from './lab-store.ts'

export interface LabVolume extends LabObject {
  spec: {
    csi?: { driver: string; volumeHandle: string }
    claimRef?: { namespace: string; name: string; uid?: string }
    storageClassName?: string
    persistentVolumeReclaimPolicy?: string
    nodeAffinity?: { required?: { nodeSelectorTerms?: readonly NodeSelectorTerm[] } }
    [field: string]: unknown
  }
}

export interface LabClaim extends LabObject {
  spec: {
    volumeName?: string
    storageClassName?: string
    resources?: { requests?: Record<string, string> }
    accessModes?: readonly string[]
  }
  status: { phase?: string }
}

export interface LabAttachment extends LabObject {
  spec: { attacher: string; nodeName: string; source: { persistentVolumeName: string } }
  status: { attached?: boolean }
}

/** The PersistentVolumes of a pod's claims, as far as they are bound. */
export function volumesOf(store: LabStore, { spec, metadata }: LabPod): readonly LabVolume[] {
  return claimsOf({ spec }).flatMap((name) => {
    const claim = store.get(labKinds.claims, name, metadata.namespace) as LabClaim | undefined
    const volume = store.get(labKinds.volumes, claim?.spec.volumeName ?? '') as LabVolume | undefined
    return volume ?? []
  })
}

export function claimsOf({ spec }: Pick<LabPod, 'spec'>): readonly string[] {
  return (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [])
}

/** Those that have to be attached to the node before the pod starts. */
export function attachableVolumes(store: LabStore, pod: LabPod): readonly LabVolume[] {
  if (pod.spec.volumes === undefined) return []
  return volumesOf(store, pod).filter(({ spec }) => {
    if (spec.csi === undefined) return false
    const driver = store.get(labKinds.csiDrivers, spec.csi.driver)
    return (driver?.spec as { attachRequired?: boolean } | undefined)?.attachRequired !== false
  })
}

/** As node.status.volumesInUse and volumesAttached name a volume. */
export function uniqueName({ spec, metadata }: LabVolume): string {
  return `kubernetes.io/csi/${spec.csi?.driver ?? ''}^${spec.csi?.volumeHandle ?? metadata.name}`
}

export function isAttached(store: LabStore, volume: LabVolume, node: string): boolean {
  const attachment = store.get(labKinds.attachments, attachmentName(volume, node)) as
    | LabAttachment
    | undefined
  return attachment?.status.attached === true && attachment.metadata.deletionTimestamp === undefined
}

/** The same for the same volume and node, as the attach-detach controller's are. */
export function attachmentName({ metadata }: LabVolume, node: string): string {
  let hash = 0xcbf29ce484222325n
  for (const letter of `${metadata.name} ${node}`)
    hash = BigInt.asUintN(64, (hash ^ BigInt(letter.codePointAt(0) ?? 0)) * 0x100000001b3n)
  return `csi-${hash.toString(16).padStart(16, '0')}`
}
