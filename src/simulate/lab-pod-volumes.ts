import type { NodeSelectorTerm } from '../model/cluster-parts.ts'
import { labKinds } from './lab-kinds.ts'
import type { LabObject } from './lab-object.ts'
import type { LabBlockSource, LabPod } from './lab-pod.ts'
import type { LabStore } from './lab-store.ts'

export interface LabVolume extends LabObject {
  spec: LabBlockSource & {
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

/** What has to be attached to a node before a pod starts there. */
export interface LabAttachable {
  /** As node.status.volumesInUse and volumesAttached name it. */
  uniqueName: string
  /** Of a CSI driver, which a VolumeAttachment asks for it; the controller attaches the others itself. */
  volume?: LabVolume
}

export function attachables(store: LabStore, pod: LabPod): readonly LabAttachable[] {
  if (!mayAttach(pod)) return []
  const bound = volumesOf(store, pod)
  const names = [...(pod.spec.volumes ?? []), ...bound.map(({ spec }) => spec)].flatMap(
    (source) => nameWithoutDriver(source) ?? [],
  )
  const driven = bound.filter(({ spec }) => {
    if (spec.csi === undefined) return false
    const driver = store.get(labKinds.csiDrivers, spec.csi.driver)
    return (driver?.spec as { attachRequired?: boolean } | undefined)?.attachRequired !== false
  })
  return [
    ...driven.map((volume) => ({ uniqueName: uniqueName(volume), volume })),
    ...names.map((uniqueName) => ({ uniqueName })),
  ]
}

/** False for a pod of which nothing is ever attached, whatever its claims are bound to. */
export function mayAttach({ spec }: LabPod): boolean {
  return (
    spec.volumes?.some(
      (volume) => volume.persistentVolumeClaim !== undefined || nameWithoutDriver(volume) !== undefined,
    ) === true
  )
}

/** Source: GetVolumeName of iscsi and fc in kubernetes/pkg/volume, the two that are attached without a cloud or a driver. */
function nameWithoutDriver({ iscsi, fc }: LabBlockSource): string | undefined {
  if (iscsi !== undefined) return `kubernetes.io/iscsi/${iscsi.targetPortal}:${iscsi.iqn}:${iscsi.lun ?? 0}`
  if (fc === undefined) return undefined
  const { targetWWNs = [], lun, wwids = [] } = fc
  const isByPort = targetWWNs.length > 0 && lun !== undefined
  return `kubernetes.io/fc/${isByPort ? `[${targetWWNs.join(' ')}]:${lun}` : `[${wwids.join(' ')}]`}`
}

export function uniqueName({ spec, metadata }: LabVolume): string {
  return `${drivenPrefix}${spec.csi?.driver ?? ''}^${spec.csi?.volumeHandle ?? metadata.name}`
}

/** Begins the names of volumes that a driver attaches. */
export const drivenPrefix = 'kubernetes.io/csi/'

/** The same for the same volume and node, as the attach-detach controller's are. */
export function attachmentName({ metadata }: LabVolume, node: string): string {
  let hash = 0xcbf29ce484222325n
  for (const letter of `${metadata.name} ${node}`)
    hash = BigInt.asUintN(64, (hash ^ BigInt(letter.codePointAt(0) ?? 0)) * 0x100000001b3n)
  return `csi-${hash.toString(16).padStart(16, '0')}`
}
