import { z } from 'zod'

/** A volume of a cloud, or of a storage network, that is written into a pod: no PersistentVolume tells of it. */
export interface InlineVolume {
  /** As in the pod: `iscsi`. */
  kind: InlineVolumeKind
  /** What its plugin calls it; undefined when that cannot be told. */
  id: string | undefined
}

const id = z.string()
const strings = z.array(z.string()).nullish()

/** The parts of a pod's volume that tell which one it is. Volumes that nobody attaches (nfs, for example) are none of these. */
export const inlineVolumeShape = {
  awsElasticBlockStore: z.object({ volumeID: id }).nullish(),
  azureDisk: z.object({ diskURI: id }).nullish(),
  cinder: z.object({ volumeID: id }).nullish(),
  fc: z.object({ targetWWNs: strings, lun: z.number().nullish(), wwids: strings }).nullish(),
  flexVolume: z.object({ driver: id }).nullish(),
  gcePersistentDisk: z.object({ pdName: id }).nullish(),
  iscsi: z.object({ targetPortal: id, iqn: id, lun: z.number().nullish() }).nullish(),
  portworxVolume: z.object({ volumeID: id }).nullish(),
  rbd: z.object({ monitors: strings, image: id }).nullish(),
  vsphereVolume: z.object({ volumePath: id }).nullish(),
}

const Shape = z.object(inlineVolumeShape)
type Shape = z.infer<typeof Shape>
export type InlineVolumeKind = keyof typeof inlineVolumeShape

interface KindRow {
  /** Begins the name in node.status. Source: GetPluginName of each plugin in kubernetes/pkg/volume. */
  plugin: string
  /** Its driver where in-tree volumes are migrated. Source: k8s.io/csi-translation-lib/plugins. */
  driver?: string
  /** False = the driver's handle says nothing of the id. */
  hasHandle?: false
  /** Source: GetVolumeName of each plugin; lists as Go prints them. */
  idOf: (volume: Shape) => string | undefined
}

const rows: Readonly<Record<InlineVolumeKind, KindRow>> = {
  awsElasticBlockStore: {
    plugin: 'kubernetes.io/aws-ebs/',
    driver: 'ebs.csi.aws.com',
    idOf: (volume) => volume.awsElasticBlockStore?.volumeID,
  },
  azureDisk: {
    plugin: 'kubernetes.io/azure-disk/',
    driver: 'disk.csi.azure.com',
    idOf: (volume) => volume.azureDisk?.diskURI,
  },
  cinder: {
    plugin: 'kubernetes.io/cinder/',
    driver: 'cinder.csi.openstack.org',
    idOf: (volume) => volume.cinder?.volumeID,
  },
  fc: { plugin: 'kubernetes.io/fc/', idOf: fibreChannelId },
  // Whether it is attached, and under which name, is known to its driver alone.
  flexVolume: { plugin: '', idOf: () => undefined },
  gcePersistentDisk: {
    plugin: 'kubernetes.io/gce-pd/',
    driver: 'pd.csi.storage.gke.io',
    idOf: (volume) => volume.gcePersistentDisk?.pdName,
  },
  iscsi: {
    plugin: 'kubernetes.io/iscsi/',
    idOf: ({ iscsi }) => (iscsi ? `${iscsi.targetPortal}:${iscsi.iqn}:${iscsi.lun ?? 0}` : undefined),
  },
  portworxVolume: {
    plugin: 'kubernetes.io/portworx-volume/',
    driver: 'pxd.portworx.com',
    idOf: (volume) => volume.portworxVolume?.volumeID,
  },
  rbd: {
    plugin: 'kubernetes.io/rbd/',
    driver: 'rbd.csi.ceph.com',
    hasHandle: false,
    idOf: ({ rbd }) => (rbd ? `[${(rbd.monitors ?? []).join(' ')}]:${rbd.image}` : undefined),
  },
  vsphereVolume: {
    plugin: 'kubernetes.io/vsphere-volume/',
    driver: 'csi.vsphere.vmware.com',
    hasHandle: false,
    idOf: (volume) => volume.vsphereVolume?.volumePath,
  },
}

function fibreChannelId({ fc }: Shape): string | undefined {
  const names = fc?.targetWWNs ?? []
  if (names.length > 0 && typeof fc?.lun === 'number') return `[${names.join(' ')}]:${fc.lun}`
  return `[${(fc?.wwids ?? []).join(' ')}]`
}

/** Which volume it is; undefined for those that a claim, or nobody, attaches. */
export function inlineVolumeOf(volume: Shape): InlineVolume | undefined {
  const kinds = Object.keys(rows) as InlineVolumeKind[]
  const kind = kinds.find((name) => volume[name] !== undefined && volume[name] !== null)
  return kind === undefined ? undefined : { kind, id: rows[kind].idOf(volume) }
}

/** True when a volume that a node reports, by its unique name, may be this one. */
export function mayBeInline({ kind, id }: InlineVolume, uniqueName: string): boolean {
  const { plugin, driver, hasHandle } = rows[kind]
  if (id === undefined) return true
  if (uniqueName === `${plugin}${id}`) return true
  const migrated = `kubernetes.io/csi/${driver}^`
  if (driver === undefined || !uniqueName.startsWith(migrated)) return false
  const tail = (text: string): string | undefined => text.split('/').at(-1)?.toLowerCase()
  return hasHandle === false || tail(uniqueName.slice(migrated.length)) === tail(id)
}

/** One volume for people: `iscsi 10.0.0.1:3260:iqn.2026-11.example:disk:0`. */
export function inlineVolumeText({ kind, id }: InlineVolume): string {
  return id === undefined ? kind : `${kind} ${id}`
}
