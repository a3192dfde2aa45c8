import { z } from 'zod'
import type { PersistentVolume } from '../model/cluster-storage.ts'
import { parseQuantity } from '../model/quantity.ts'
import { defineKind } from './kind.ts'
import {
  flag,
  objectOf,
  optionalWord,
  quantities,
  RawMeta,
  serverWords,
  word,
  wordList,
  words,
} from './raw.ts'
import { nodeTermOf, RawNodeTerm } from './raw-scheduling.ts'

const group = 'storage.k8s.io'

/** Properties of a PersistentVolume that are no source. */
const volumeSettings = new Set([
  'capacity',
  'accessModes',
  'claimRef',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'mountOptions',
  'volumeMode',
  'nodeAffinity',
  'volumeAttributesClassName',
])

const RawVolume = z.object({
  metadata: RawMeta,
  spec: z.looseObject({
    capacity: quantities,
    accessModes: wordList,
    claimRef: z.object({ namespace: optionalWord, name: optionalWord }).nullish(),
    persistentVolumeReclaimPolicy: optionalWord,
    storageClassName: optionalWord,
    volumeMode: optionalWord,
    nodeAffinity: z
      .object({ required: z.object({ nodeSelectorTerms: z.array(RawNodeTerm).nullish() }).nullish() })
      .nullish(),
    csi: z.object({ driver: word, volumeHandle: word }).nullish(),
    flexVolume: z.object({ driver: word }).nullish(),
    local: z.object({ path: word }).nullish(),
    hostPath: z.object({ path: word }).nullish(),
    nfs: z.object({ server: word, path: word }).nullish(),
  }),
  status: z.object({ phase: optionalWord }).nullish(),
})

export const volumes = defineKind({
  list: 'volumes',
  group: '',
  resource: 'persistentvolumes',
  versions: ['v1'],
  raw: RawVolume,
  records: ({ metadata, spec, status }) => [
    {
      ...objectOf(metadata),
      labels: metadata.labels ?? {},
      capacityBytes: bytesOf(spec.capacity?.['storage']),
      accessModes: spec.accessModes ?? [],
      storageClass: spec.storageClassName || null,
      phase: status?.phase ?? 'Unknown',
      reclaimPolicy: spec.persistentVolumeReclaimPolicy ?? null,
      volumeMode: spec.volumeMode ?? null,
      claim: spec.claimRef?.name
        ? { namespace: spec.claimRef.namespace ?? '', name: spec.claimRef.name }
        : null,
      source: sourceOf(spec),
      nodeAffinity: spec.nodeAffinity?.required?.nodeSelectorTerms?.map(nodeTermOf) ?? null,
    },
  ],
})

function sourceOf(spec: z.infer<typeof RawVolume>['spec']): PersistentVolume['source'] {
  const { csi, flexVolume, local, hostPath, nfs } = spec
  if (csi) return { kind: 'csi', driver: csi.driver, handle: csi.volumeHandle }
  if (flexVolume) return { kind: 'flexVolume', driver: flexVolume.driver }
  if (local) return { kind: 'local', path: local.path }
  if (hostPath) return { kind: 'hostPath', path: hostPath.path }
  if (nfs) return { kind: 'nfs', server: nfs.server, path: nfs.path }
  return { kind: Object.keys(spec).find((key) => !volumeSettings.has(key) && spec[key]) ?? 'unknown' }
}

function bytesOf(quantity: string | number | undefined): number | null {
  return quantity === undefined ? null : parseQuantity(String(quantity))
}

const RawClaim = z.object({
  metadata: RawMeta,
  spec: z.object({
    accessModes: wordList,
    storageClassName: optionalWord,
    volumeName: optionalWord,
    volumeMode: optionalWord,
    resources: z.object({ requests: quantities }).nullish(),
  }),
  status: z.object({ phase: optionalWord }).nullish(),
})

export const claims = defineKind({
  list: 'claims',
  group: '',
  resource: 'persistentvolumeclaims',
  versions: ['v1'],
  raw: RawClaim,
  records: ({ metadata, spec, status }) => [
    {
      ...objectOf(metadata),
      namespace: metadata.namespace ?? '',
      phase: status?.phase ?? 'Unknown',
      storageClass: spec.storageClassName ?? null,
      volume: spec.volumeName || null,
      accessModes: spec.accessModes ?? [],
      volumeMode: spec.volumeMode ?? null,
      requestedBytes: bytesOf(spec.resources?.requests?.['storage']),
      selectedNode: metadata.annotations?.['volume.kubernetes.io/selected-node']?.slice(0, 253) ?? null,
    },
  ],
})

const RawStorageClass = z.object({
  metadata: RawMeta,
  provisioner: word,
  reclaimPolicy: optionalWord,
  volumeBindingMode: optionalWord,
  allowVolumeExpansion: flag,
})

export const storageClasses = defineKind({
  list: 'storageClasses',
  group,
  resource: 'storageclasses',
  versions: ['v1', 'v1beta1'],
  raw: RawStorageClass,
  records: ({ metadata, ...raw }) => [
    {
      ...objectOf(metadata),
      provisioner: raw.provisioner,
      reclaimPolicy: raw.reclaimPolicy ?? null,
      bindingMode: raw.volumeBindingMode ?? null,
      allowsExpansion: raw.allowVolumeExpansion ?? false,
      isDefault: metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true',
    },
  ],
})

const RawAttachError = z.object({ message: words.nullish() }).nullish()
const RawAttachment = z.object({
  metadata: RawMeta,
  spec: z.object({
    attacher: word,
    nodeName: word,
    source: z.object({ persistentVolumeName: optionalWord }).nullish(),
  }),
  status: z.object({ attached: flag, attachError: RawAttachError, detachError: RawAttachError }).nullish(),
})

export const attachments = defineKind({
  list: 'attachments',
  group,
  resource: 'volumeattachments',
  versions: ['v1', 'v1beta1'],
  raw: RawAttachment,
  records: ({ metadata, spec, status }) => [
    {
      ...objectOf(metadata),
      node: spec.nodeName,
      attacher: spec.attacher,
      volume: spec.source?.persistentVolumeName ?? null,
      attached: status?.attached ?? false,
      attachError: serverWords(status?.attachError?.message),
      detachError: serverWords(status?.detachError?.message),
    },
  ],
})

const RawCsiDriver = z.object({
  metadata: RawMeta,
  spec: z.object({
    attachRequired: flag,
    podInfoOnMount: flag,
    volumeLifecycleModes: wordList,
    storageCapacity: flag,
    fsGroupPolicy: optionalWord,
  }),
})

export const csiDrivers = defineKind({
  list: 'csiDrivers',
  group,
  resource: 'csidrivers',
  versions: ['v1', 'v1beta1'],
  raw: RawCsiDriver,
  records: ({ metadata, spec }) => [
    {
      ...objectOf(metadata),
      attachRequired: spec.attachRequired ?? true,
      podInfoOnMount: spec.podInfoOnMount ?? false,
      modes: spec.volumeLifecycleModes ?? [],
      storageCapacity: spec.storageCapacity ?? false,
      fsGroupPolicy: spec.fsGroupPolicy ?? null,
    },
  ],
})
