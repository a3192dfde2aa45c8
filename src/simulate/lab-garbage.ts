import { deleteObject } from './lab-delete.ts'
import { labKinds, type LabKind } from './lab-kinds.ts'
import type { LabObject, LabOwner } from './lab-object.ts'
import type { LabPod } from './lab-pod.ts'
import type { LabListener } from './lab-store.ts'
import { LabStatusError } from './lab-status.ts'
import type { LabWorld } from './lab-world.ts'
import { createObject, settle } from './lab-writes.ts'

/** A pod whose node is gone is deleted after so long (the pod garbage collector's quarantine). */
const quarantineMs = 40_000
/** Events live an hour on a real server; here the newest of each kind. */
const mostEvents = 5000

/** What goes by itself: objects whose owners are gone, pods whose node is gone, what is in a namespace that ends, old events. */
export function garbageCollector(world: LabWorld): LabListener {
  const { store, timers } = world
  return ({ kind, object, before, after }) => {
    const { name, namespace, uid } = object.metadata
    if (after === undefined) {
      timers.soon(`owned/${uid}`, () => collect(world, uid))
      if (kind === labKinds.nodes) timers.after(quarantineMs, () => collectPods(world, name))
      if (namespace !== undefined) endSoon(world, namespace)
      return
    }
    if (kind === labKinds.namespaces) {
      if (before === undefined) timers.soon(`account/${name}`, () => createAccount(world, name))
      if (after.metadata.deletionTimestamp !== undefined) endSoon(world, name)
    }
    const isEvent = kind === labKinds.events || kind === labKinds.coreEvents
    if (isEvent && before === undefined && store.count(kind) > mostEvents) {
      const [oldest] = store.all(kind)
      if (oldest !== undefined) store.remove(kind, oldest)
    }
  }
}

function collect(world: LabWorld, uid: string): void {
  for (const { kind, object } of world.store.ownedBy(uid)) {
    const owners = object.metadata.ownerReferences ?? []
    if (owners.some((owner) => isThere(world, owner, object))) continue
    remove(world, { kind, object })
  }
}

/** An owner of a kind that the lab does not have is believed. */
function isThere({ store, kinds }: LabWorld, owner: LabOwner, { metadata }: LabObject): boolean {
  const kind = kinds.named(owner.apiVersion, owner.kind)
  if (kind === undefined) return true
  return store.get(kind, owner.name, kind.namespaced ? metadata.namespace : '')?.metadata.uid === owner.uid
}

function collectPods(world: LabWorld, node: string): void {
  if (world.store.get(labKinds.nodes, node) !== undefined) return
  for (const pod of [...world.store.podsOn(node)] as LabPod[])
    remove(world, { kind: labKinds.pods, object: pod }, 0)
}

function endSoon(world: LabWorld, namespace: string): void {
  world.timers.soon(`namespace/${namespace}`, () => endNamespace(world, namespace))
}

/** Everything in it is deleted; when the last object is gone, so is the namespace. */
function endNamespace(world: LabWorld, name: string): void {
  const { store, kinds } = world
  const namespace = store.get(labKinds.namespaces, name)
  if (namespace?.metadata.deletionTimestamp === undefined) return
  let left = 0
  for (const kind of kinds.all()) {
    if (!kind.namespaced) continue
    for (const object of store.inNamespace(kind, name)) {
      if (object.metadata.deletionTimestamp === undefined) remove(world, { kind, object })
      if (store.get(kind, object.metadata.name, name) !== undefined) left += 1
    }
  }
  if (left === 0) settle(world, labKinds.namespaces, { ...namespace, spec: { finalizers: [] } })
}

function createAccount(world: LabWorld, namespace: string): void {
  const found = world.store.get(labKinds.namespaces, namespace)
  if (found === undefined || found.metadata.deletionTimestamp !== undefined) return
  if (world.store.get(labKinds.serviceAccounts, 'default', namespace) !== undefined) return
  createObject(world, { kind: labKinds.serviceAccounts, namespace, body: { metadata: { name: 'default' } } })
}

/** What is gone already, or is held, is left. */
function remove(
  world: LabWorld,
  { kind, object }: { kind: LabKind; object: LabObject },
  gracePeriodSeconds?: number,
): void {
  const { name, namespace, uid } = object.metadata
  const options = { uid, ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }) }
  try {
    deleteObject(world, { kind, namespace, name }, options)
  } catch (error) {
    if (!(error instanceof LabStatusError)) throw error
  }
}
