import { deleteObject } from './lab-delete.ts'
import { labKinds } from './lab-kinds.ts'
import type { LabNodeObject, LabPod } from './lab-pod.ts'
import {
  attachableVolumes,
  attachmentName,
  uniqueName,
  type LabAttachment,
  type LabVolume,
} from './lab-pod-volumes.ts'
import type { LabListener } from './lab-store.ts'
import type { LabWorld } from './lab-world.ts'
import { createObject, update } from './lab-writes.ts'

/** The attach-detach controller: a VolumeAttachment for every volume that a pod on a node needs, until the node has let it go. */
export function attachController(world: LabWorld): LabListener {
  const { store, timers } = world
  const soon = (node: string): void => timers.soon(`attach/${node}`, () => reconcile(world, node))
  return ({ kind, before, after, object }) => {
    if (kind === labKinds.pods) {
      const pod = object as LabPod
      const hasClaims = pod.spec.volumes?.some(
        ({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined,
      )
      if (hasClaims === true && (pod.spec.nodeName ?? '') !== '') soon(pod.spec.nodeName ?? '')
    }
    if (kind === labKinds.nodes) {
      const [was, is] = [before, after] as [LabNodeObject | undefined, LabNodeObject | undefined]
      if (was?.status.volumesInUse !== is?.status.volumesInUse) soon(object.metadata.name)
    }
    if (kind === labKinds.attachments) soon((object as LabAttachment).spec.nodeName)
    if (kind === labKinds.claims) {
      for (const pod of store.inNamespace(labKinds.pods, object.metadata.namespace ?? ''))
        if (((pod as LabPod).spec.nodeName ?? '') !== '' && (pod as LabPod).spec.volumes !== undefined)
          soon((pod as LabPod).spec.nodeName ?? '')
    }
  }
}

function reconcile(world: LabWorld, nodeName: string): void {
  const { store } = world
  const node = store.get(labKinds.nodes, nodeName) as LabNodeObject | undefined
  const wanted = new Map<string, LabVolume>()
  for (const pod of store.podsOn(nodeName) as Iterable<LabPod>)
    for (const volume of attachableVolumes(store, pod)) wanted.set(attachmentName(volume, nodeName), volume)
  for (const [name, volume] of wanted)
    if (node !== undefined && store.get(labKinds.attachments, name) === undefined) {
      const { csi } = volume.spec
      const source = { persistentVolumeName: volume.metadata.name }
      const body = { metadata: { name }, spec: { attacher: csi?.driver ?? '', nodeName, source } }
      createObject(world, { kind: labKinds.attachments, namespace: undefined, body })
    }
  const inUse = new Set(node?.status.volumesInUse)
  const attached: { name: string; devicePath: string }[] = []
  for (const attachment of attachmentsOn(world, nodeName)) {
    const { name, deletionTimestamp } = attachment.metadata
    if (deletionTimestamp !== undefined) continue
    const volume = store.get(labKinds.volumes, attachment.spec.source.persistentVolumeName) as
      | LabVolume
      | undefined
    const unique = volume === undefined ? '' : uniqueName(volume)
    if (!wanted.has(name) && !inUse.has(unique))
      deleteObject(world, { kind: labKinds.attachments, namespace: undefined, name }, {})
    else if (attachment.status.attached === true) attached.push({ name: unique, devicePath: '' })
  }
  if (node === undefined || (attached.length === 0 && node.status.volumesAttached === undefined)) return
  const volumesAttached = attached.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  update(world, labKinds.nodes, {
    object: node,
    change: (found) => {
      const { volumesAttached: _, ...status } = found.status
      return { ...found, status: { ...status, ...(attached.length === 0 ? {} : { volumesAttached }) } }
    },
  })
}

function attachmentsOn({ store }: LabWorld, node: string): LabAttachment[] {
  return ([...store.all(labKinds.attachments)] as LabAttachment[]).filter(
    ({ spec }) => spec.nodeName === node,
  )
}

/** What a CSI driver's external-attacher does: its finalizer keeps the attachment until the volume is detached. */
export function attacher(world: LabWorld): LabListener {
  return ({ kind, after }) => {
    if (kind !== labKinds.attachments || after === undefined) return
    const { name } = after.metadata
    world.timers.soon(`attacher/${name}`, () => {
      const found = world.store.get(labKinds.attachments, name) as LabAttachment | undefined
      if (found === undefined) return
      const own = `external-attacher/${found.spec.attacher}`
      const others = (found.metadata.finalizers ?? []).filter((finalizer) => finalizer !== own)
      const isGoing = found.metadata.deletionTimestamp !== undefined
      update(world, labKinds.attachments, {
        object: found,
        change: (object) => ({
          ...object,
          metadata: { ...object.metadata, finalizers: isGoing ? others : [own, ...others] },
          status: { ...object.status, attached: !isGoing },
        }),
      })
    })
  }
}
