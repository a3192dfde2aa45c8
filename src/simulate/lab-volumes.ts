import { deleteObject } from './lab-delete.ts'
import { parseQuantity } from '../model/quantity.ts'
import { labKinds } from './lab-kinds.ts'
import { type LabObject } from './lab-object.ts'
import type { LabClaim, LabVolume } from './lab-pod-volumes.ts'
import type { LabListener, LabStore } from './lab-store.ts'
import type { LabWorld } from './lab-world.ts'
import { createObject, update } from './lab-writes.ts'

/** Binds claims to volumes, makes volumes for classes of the lab's own provisioners, and releases those whose claim is gone. */
export function volumeController(world: LabWorld): LabListener {
  const { store, timers } = world
  const claimSoon = (namespace: string | undefined, name: string): void =>
    timers.soon(`claim/${namespace}/${name}`, () => {
      const claim = store.get(labKinds.claims, name, namespace)
      if (claim !== undefined) bindClaim(world, claim as LabClaim)
    })
  const volumeSoon = (name: string): void =>
    timers.soon(`volume/${name}`, () => {
      const volume = store.get(labKinds.volumes, name)
      if (volume !== undefined) settleVolume(world, volume as LabVolume)
    })
  return ({ kind, object, after }) => {
    const { name, namespace } = object.metadata
    if (kind === labKinds.claims) {
      if (after !== undefined) claimSoon(namespace, name)
      const { volumeName } = (object as LabClaim).spec
      if (volumeName !== undefined) volumeSoon(volumeName)
    }
    if (kind === labKinds.volumes && after !== undefined) {
      volumeSoon(name)
      for (const claim of waiting(store)) claimSoon(claim.metadata.namespace, claim.metadata.name)
    }
  }
}

function waiting(store: LabStore): LabObject[] {
  return [...store.all(labKinds.claims)].filter((claim) => (claim as LabClaim).status.phase !== 'Bound')
}

function bindClaim(world: LabWorld, claim: LabClaim): void {
  if (claim.status.phase === 'Bound' || claim.metadata.deletionTimestamp !== undefined) return
  const { store } = world
  const { name, namespace = '', uid } = claim.metadata
  const isMeant = ({ spec }: LabVolume): boolean =>
    spec.claimRef?.namespace === namespace &&
    spec.claimRef.name === name &&
    (spec.claimRef.uid === undefined || spec.claimRef.uid === uid)
  const { volumeName } = claim.spec
  const named = store.get(labKinds.volumes, volumeName ?? '') as LabVolume | undefined
  const volume =
    volumeName === undefined
      ? ([...store.all(labKinds.volumes)] as LabVolume[]).find((each) =>
          each.spec.claimRef === undefined ? suits(each, claim) : isMeant(each),
        )
      : named?.spec.claimRef === undefined || isMeant(named)
        ? named
        : undefined
  if (volume === undefined) {
    if (volumeName === undefined) provision(world, claim)
    return
  }
  update(world, labKinds.volumes, {
    object: volume,
    change: (found) => ({
      ...found,
      spec: {
        ...found.spec,
        claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid },
      },
      status: { phase: 'Bound' },
    }),
  })
  const annotations = { ...claim.metadata.annotations, 'pv.kubernetes.io/bind-completed': 'yes' }
  const { capacity, accessModes } = volume.spec
  update(world, labKinds.claims, {
    object: claim,
    change: (found) => ({
      ...found,
      metadata: { ...found.metadata, annotations },
      spec: { ...found.spec, volumeName: volume.metadata.name },
      status: { phase: 'Bound', accessModes, capacity },
    }),
  })
}

/** A volume of nobody that has the class, the modes and the size that a claim asks for. */
function suits({ spec, metadata }: LabVolume, claim: LabClaim): boolean {
  const { storageClassName = '', accessModes = [], resources } = claim.spec
  const bytes = (text: string | undefined): number => parseQuantity(text ?? '0') ?? 0
  const modes = (spec['accessModes'] ?? []) as readonly string[]
  const { storage } = (spec['capacity'] ?? {}) as { storage?: string }
  return (
    metadata.deletionTimestamp === undefined &&
    (spec.storageClassName ?? '') === storageClassName &&
    accessModes.every((mode) => modes.includes(mode)) &&
    bytes(storage) >= bytes(resources?.requests?.['storage'])
  )
}

/** As a CSI driver's external-provisioner. */
function provision(world: LabWorld, claim: LabClaim): void {
  const { store, settings } = world
  const { namespace = '', name, uid } = claim.metadata
  const storageClassName = claim.spec.storageClassName ?? ''
  const found = store.get(labKinds.storageClasses, storageClassName) as
    | { provisioner?: string; reclaimPolicy?: string }
    | undefined
  const provisioner = found?.provisioner ?? ''
  const volumeName = `pvc-${uid}`
  if (!settings.provisioners.includes(provisioner) || store.get(labKinds.volumes, volumeName) !== undefined)
    return
  const { accessModes, resources } = claim.spec
  const body = {
    metadata: { name: volumeName, annotations: { 'pv.kubernetes.io/provisioned-by': provisioner } },
    spec: {
      accessModes,
      storageClassName,
      capacity: { storage: resources?.requests?.['storage'] ?? '1Gi' },
      persistentVolumeReclaimPolicy: found?.reclaimPolicy ?? 'Delete',
      csi: { driver: provisioner, volumeHandle: volumeName },
      claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid },
    },
  }
  createObject(world, { kind: labKinds.volumes, namespace: undefined, body })
}

function settleVolume(world: LabWorld, volume: LabVolume): void {
  if (volume.metadata.deletionTimestamp !== undefined) return
  const { claimRef, persistentVolumeReclaimPolicy } = volume.spec
  const claim = store(world, claimRef)
  const isBound = claim !== undefined && (claimRef?.uid === undefined || claim.metadata.uid === claimRef.uid)
  const phase =
    claimRef?.uid === undefined
      ? 'Available'
      : isBound
        ? (volume.status as { phase: string }).phase
        : 'Released'
  if (phase === 'Released' && persistentVolumeReclaimPolicy === 'Delete' && isOurs(world, volume)) {
    const { name } = volume.metadata
    deleteObject(world, { kind: labKinds.volumes, namespace: undefined, name }, {})
    return
  }
  update(world, labKinds.volumes, { object: volume, change: (found) => ({ ...found, status: { phase } }) })
}

function store(world: LabWorld, ref: LabVolume['spec']['claimRef']): LabObject | undefined {
  return ref === undefined ? undefined : world.store.get(labKinds.claims, ref.name, ref.namespace)
}

function isOurs({ settings }: LabWorld, { spec }: LabVolume): boolean {
  return settings.provisioners.includes(spec.csi?.driver ?? '')
}
