import { IgnitionConfig } from './config.ts'

/** Something that a child says otherwise than its parent: the child counts. */
export interface MergeConflict {
  /** `storage.files./etc/hostname.contents.source`: items of lists by their keys. */
  path: readonly string[]
}

export interface MergedConfig {
  config: IgnitionConfig
  conflicts: MergeConflict[]
}

/**
 * Merges as Ignition does: the child wins field by field, lists are merged by the keys of their items, which stay where the parent
 * has them. https://coreos.github.io/ignition/operator-notes/#config-merging
 */
export function mergeConfigs(parent: IgnitionConfig, child: IgnitionConfig): MergedConfig {
  const conflicts: MergeConflict[] = nodesOf(parent)
    .filter(({ path, kind }) => (kindOf(child, path) ?? kind) !== kind)
    .map(({ path, kind }) => ({ path: ['storage', kind, path] }))
  const kept = { ...parent, ...(parent.storage ? { storage: withoutTaken(parent, child) } : {}) }
  const merged = mergeValues(kept, child, { path: [], conflicts })
  const config = IgnitionConfig.parse(merged, { jitless: true })
  // The version is that of neither: who writes the result says which it needs.
  return { config, conflicts: conflicts.filter(({ path }) => path.join('.') !== 'ignition.version') }
}

/** Files, directories and links share one space of paths: whatever the child has at a path, the parent's is no more. */
const nodeKinds = ['files', 'directories', 'links'] as const
type NodeKind = (typeof nodeKinds)[number]

function nodesOf({ storage }: IgnitionConfig): { path: string; kind: NodeKind }[] {
  return nodeKinds.flatMap((kind) => (storage?.[kind] ?? []).map(({ path }) => ({ path, kind })))
}

function kindOf({ storage }: IgnitionConfig, path: string): NodeKind | undefined {
  return nodeKinds.find((kind) => (storage?.[kind] ?? []).some((node) => node.path === path))
}

function withoutTaken(parent: IgnitionConfig, child: IgnitionConfig): IgnitionConfig['storage'] {
  const kept = nodeKinds
    .filter((kind) => (parent.storage?.[kind]?.length ?? 0) > 0)
    .map((kind) => [
      kind,
      parent.storage?.[kind]?.filter(({ path }) => (kindOf(child, path) ?? kind) === kind),
    ])
  return { ...parent.storage, ...Object.fromEntries(kept) }
}

/** Lists of which both are kept, one after the other. */
const appended: ReadonlySet<string> = new Set(['append', 'options', 'mountOptions', 'openOptions'])

interface Place {
  path: readonly string[]
  conflicts: MergeConflict[]
}

function mergeValues(parent: unknown, child: unknown, place: Place): unknown {
  if (child === undefined || child === null) return parent
  if (parent === undefined || parent === null) return child
  if (Array.isArray(parent) && Array.isArray(child)) return mergeLists(parent, child, place)
  if (isObject(parent) && isObject(child)) {
    const names = [...new Set([...Object.keys(parent), ...Object.keys(child)])]
    return Object.fromEntries(
      names.map((name) => [
        name,
        mergeValues(parent[name], child[name], { ...place, path: [...place.path, name] }),
      ]),
    )
  }
  if (parent !== child) place.conflicts.push({ path: place.path })
  return child
}

function mergeLists(parent: readonly unknown[], child: readonly unknown[], place: Place): unknown[] {
  const name = place.path.at(-1) ?? ''
  if (appended.has(name)) return [...parent, ...child]
  const children = new Map(child.map((item) => [keyOf(item, name), item]))
  const known = new Set(parent.map((item) => keyOf(item, name)))
  return [
    ...parent.flatMap((item) => {
      const key = keyOf(item, name)
      const own = children.get(key)
      // A header without a value takes the parent's away.
      if (name === 'httpHeaders' && isObject(own) && (own['value'] ?? null) === null) return []
      return [mergeValues(item, own, { ...place, path: [...place.path, key] })]
    }),
    ...child.filter((item) => !known.has(keyOf(item, name))),
  ]
}

/** Two of them may have one path. */
const byDevice: ReadonlySet<string> = new Set(['disks', 'filesystems'])

/** What an item of a list is known by; a partition by its number, and by its label when that is 0. */
function keyOf(item: unknown, list: string): string {
  if (!isObject(item)) return String(item)
  if (typeof item['number'] === 'number' && item['number'] !== 0) return `number ${item['number']}`
  const fields = byDevice.has(list) ? ['device'] : ['path', 'name', 'label', 'url', 'source']
  const name = fields.find((field) => isText(item[field]))
  return name === undefined ? '' : String(item[name])
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
