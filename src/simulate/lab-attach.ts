import { deleteObject } from './lab-delete.ts'
import { labKinds } from './lab-kinds.ts'
import type { LabNodeObject, LabPod } from './lab-pod.ts'
import {
  attachables,
  attachmentName,
  drivenPrefix,
  mayAttach,
  uniqueName,
  type LabAttachable,
  type LabAttachment,
  type LabVolume,
} from './lab-pod-volumes.ts'
import type { LabListener } from './lab-store.ts'
import type { LabWorld } from './lab-world.ts'
import { createObject, update } from './lab-writes.ts'

/** The attach-detach controller: a VolumeAttachment for every volume of a driver that a pod on a node needs, until the node has let it go. */
export function attachController(world: LabWorld): LabListener {
  const { store, timers } = world
  const soon = (node: string): void => timers.soon(`attach/${node}`, () => reconcile(world, node))
  return ({ kind, before, after, object }) => {
    if (kind === labKinds.pods) {
      const pod = object as LabPod
      if (mayAttach(pod) && (pod.spec.nodeName ?? '') !== '') soon(pod.spec.nodeName ?? '')
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
  const wanted = new Map<string, LabAttachable>()
  for (const pod of store.podsOn(nodeName) as Iterable<LabPod>)
    for (const each of attachables(store, pod)) wanted.set(each.uniqueName, each)
  if (node !== undefined)
    for (const { volume } of wanted.values()) if (volume !== undefined) askFor(world, volume, nodeName)
  const inUse = new Set(node?.status.volumesInUse)
  const driven = settleAttachments(world, nodeName, (name) => wanted.has(name) || inUse.has(name))
  if (node === undefined) return
  const before = node.status.volumesAttached ?? []
  const kept = before
    .map(({ name }) => name)
    .filter((name) => !name.startsWith(drivenPrefix) && inUse.has(name))
  const own = [...wanted.values()].flatMap(({ uniqueName, volume }) =>
    volume === undefined ? [uniqueName] : [],
  )
  tell(world, node, new Set([...driven, ...kept, ...own]))
}

function askFor(world: LabWorld, volume: LabVolume, nodeName: string): void {
  const name = attachmentName(volume, nodeName)
  if (world.store.get(labKinds.attachments, name) !== undefined) return
  const source = { persistentVolumeName: volume.metadata.name }
  const body = { metadata: { name }, spec: { attacher: volume.spec.csi?.driver ?? '', nodeName, source } }
  createObject(world, { kind: labKinds.attachments, namespace: undefined, body })
}

/** Takes back the attachments that nobody needs; the names of volumes that drivers have attached. */
function settleAttachments(
  world: LabWorld,
  nodeName: string,
  isNeeded: (uniqueName: string) => boolean,
): readonly string[] {
  const attached: string[] = []
  for (const { metadata, spec, status } of attachmentsOn(world, nodeName)) {
    if (metadata.deletionTimestamp !== undefined) continue
    const { name } = metadata
    const volume = world.store.get(labKinds.volumes, spec.source.persistentVolumeName) as
      | LabVolume
      | undefined
    const unique = volume === undefined ? '' : uniqueName(volume)
    if (!isNeeded(unique)) deleteObject(world, { kind: labKinds.attachments, namespace: undefined, name }, {})
    else if (status.attached === true) attached.push(unique)
  }
  return attached
}

/** Writes node.status.volumesAttached. */
function tell(world: LabWorld, node: LabNodeObject, names: ReadonlySet<string>): void {
  if (names.size === 0 && node.status.volumesAttached === undefined) return
  const volumesAttached = [...names].toSorted().map((name) => ({ name, devicePath: '' }))
  update(world, labKinds.nodes, {
    object: node,
    change: (found) => {
      const { volumesAttached: _, ...status } = found.status
      return { ...found, status: { ...status, ...(names.size === 0 ? {} : { volumesAttached }) } }
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
