import { groupVersion, labKinds, type LabKind } from './lab-kinds.ts'
import { createLabHistory, type LabChange, type LabHistory } from './lab-history.ts'
import { keyOf, type LabObject } from './lab-object.ts'

/** Told of every change, after it: `before` or `after` is missing where the object was. */
export type LabListener = (change: LabChange & { kind: LabKind }) => void

/** All objects of the lab with their versions. Nothing is checked here. */
export interface LabStore {
  /** The version of the last change. */
  version(): string
  get(kind: LabKind, name: string, namespace?: string): LabObject | undefined
  all(kind: LabKind): Iterable<LabObject>
  count(kind: LabKind): number
  inNamespace(kind: LabKind, namespace: string): Iterable<LabObject>
  podsOn(node: string): Iterable<LabObject>
  /** Pods of a namespace that may have all of the labels: those that have the first, or all where there is none. */
  podsWith(namespace: string, labels: Readonly<Record<string, string>> | undefined): Iterable<LabObject>
  /** What names the uid among its owners. */
  ownedBy(uid: string): Iterable<{ kind: LabKind; object: LabObject }>
  /** Adds or replaces; the object gets its version. */
  put(kind: LabKind, object: LabObject): LabObject
  remove(kind: LabKind, object: LabObject): LabObject
  history(kind: LabKind): LabHistory
  /** Nothing of what was before is told to a watch any more. */
  forget(): void
  onChange(listener: LabListener): void
}

interface Collection {
  objects: Map<string, LabObject>
  namespaces: Map<string, Map<string, LabObject>>
  history: LabHistory
}

/** Versions of a real cluster are never small either. */
const firstVersion = 1000

export function createLabStore(): LabStore {
  const collections = new Map<LabKind, Collection>()
  const nodes = new Map<string, Map<string, LabObject>>()
  const labelled = new Map<string, Map<string, LabObject>>()
  const owners = new Map<string, Map<string, { kind: LabKind; object: LabObject }>>()
  const listeners: LabListener[] = []
  let version = firstVersion

  function collectionOf(kind: LabKind): Collection {
    const found = collections.get(kind)
    if (found !== undefined) return found
    const made = { objects: new Map(), namespaces: new Map(), history: createLabHistory(version) }
    collections.set(kind, made)
    return made
  }

  function index(kind: LabKind, before: LabObject | undefined, after: LabObject | undefined): void {
    const { objects, namespaces } = collectionOf(kind)
    const key = keyOf(after ?? before ?? missing())
    set(objects, key, after)
    const namespace = (after ?? before)?.metadata.namespace
    if (namespace !== undefined) setIn(namespaces, namespace, { key, value: after })
    if (kind === labKinds.pods) indexPod(key, before, after)
    for (const { uid } of before?.metadata.ownerReferences ?? [])
      setIn(owners, uid, { key: ownedKey(kind, key), value: undefined })
    if (after === undefined) return
    for (const { uid } of after.metadata.ownerReferences ?? [])
      setIn(owners, uid, { key: ownedKey(kind, key), value: { kind, object: after } })
  }

  function indexPod(key: string, before: LabObject | undefined, after: LabObject | undefined): void {
    const [old, node] = [nodeOf(before), nodeOf(after)]
    if (old !== undefined && old !== node) setIn(nodes, old, { key, value: undefined })
    if (node !== undefined) setIn(nodes, node, { key, value: after })
    const [had, has] = [labelKeys(before), labelKeys(after)]
    for (const label of had) if (!has.includes(label)) setIn(labelled, label, { key, value: undefined })
    for (const label of has) setIn(labelled, label, { key, value: after })
  }

  function change(kind: LabKind, before: LabObject | undefined, after: LabObject | undefined): LabObject {
    const object = after ?? before ?? missing()
    index(kind, before, after)
    const told: LabChange = { version, object, before, after }
    collectionOf(kind).history.add(told)
    for (const listener of listeners) listener({ kind, ...told })
    return object
  }

  function versioned(kind: LabKind, object: LabObject): LabObject {
    version += 1
    const metadata = { ...object.metadata, resourceVersion: String(version) }
    return { ...object, apiVersion: groupVersion(kind), kind: kind.kind, metadata }
  }

  return {
    version: () => String(version),
    get: (kind, name, namespace = '') => collectionOf(kind).objects.get(`${namespace}/${name}`),
    all: (kind) => collectionOf(kind).objects.values(),
    count: (kind) => collectionOf(kind).objects.size,
    inNamespace: (kind, namespace) => collectionOf(kind).namespaces.get(namespace)?.values() ?? [],
    podsOn: (node) => nodes.get(node)?.values() ?? [],
    podsWith(namespace, labels = {}): Iterable<LabObject> {
      const [label] = Object.entries(labels)
      if (label !== undefined) return labelled.get(labelKey(namespace, label))?.values() ?? []
      return collectionOf(labKinds.pods).namespaces.get(namespace)?.values() ?? []
    },
    ownedBy: (uid) => owners.get(uid)?.values() ?? [],
    put(kind, object): LabObject {
      const before = collectionOf(kind).objects.get(keyOf(object))
      return change(kind, before, versioned(kind, object))
    },
    remove(kind, object): LabObject {
      // A deletion has a version of its own, which watches go on from.
      const last = versioned(kind, object)
      return change(kind, last, undefined)
    },
    history: (kind) => collectionOf(kind).history,
    forget: () => {
      for (const { history } of collections.values()) history.forget(version)
    },
    onChange: (listener) => void listeners.push(listener),
  }
}

function ownedKey(kind: LabKind, key: string): string {
  return `${kind.group}/${kind.resource}/${key}`
}

function nodeOf(pod: LabObject | undefined): string | undefined {
  return (pod?.spec as { nodeName?: string } | undefined)?.nodeName
}

function labelKeys(pod: LabObject | undefined): string[] {
  const { labels = {}, namespace = '' } = pod?.metadata ?? {}
  return Object.entries(labels).map((label) => labelKey(namespace, label))
}

/** A namespace has no `/`. */
function labelKey(namespace: string, [key, value]: readonly [string, string]): string {
  return `${namespace}/${key}=${value}`
}

function set<Value>(map: Map<string, Value>, key: string, value: Value | undefined): void {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}

/** Maps that become empty go: namespaces, nodes and owners come and go. */
function setIn<Value>(
  maps: Map<string, Map<string, Value>>,
  name: string,
  { key, value }: { key: string; value: Value | undefined },
): void {
  const map = maps.get(name) ?? new Map<string, Value>()
  set(map, key, value)
  if (map.size === 0) maps.delete(name)
  else maps.set(name, map)
}

function missing(): never {
  throw new Error('a change without an object')
}
