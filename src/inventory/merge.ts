import { MigrationError, isMigrationError } from '../model/errors.ts'
import {
  InventoryHost,
  type Inventory,
  type InventoryGroup,
  type Labels,
  type SshSettings,
} from '../model/inventory.ts'
import type { ImportedHost, ImportedSource, Place } from './imported.ts'
import { describeIssues } from './issues.ts'
import { expandRanges } from './ranges.ts'

export interface MergeResult {
  inventory: Inventory
  added: string[]
  updated: string[]
}

/**
 * Puts sources together into one inventory. The same host in two sources is one host when they do not contradict each
 * other, else INVENTORY_DUPLICATE with both places. Hosts of `base` stay; what the sources say of them is laid over.
 */
export function mergeSources(sources: readonly ImportedSource[], base?: Inventory): MergeResult {
  const imported = new Map<string, ImportedHost>()
  for (const host of sources.flatMap(({ hosts }) => hosts)) {
    const known = imported.get(host.name)
    imported.set(host.name, known ? combine(known, host) : host)
  }
  const added: string[] = []
  const updated: string[] = []
  const kept = (base?.hosts ?? []).map((entry) => {
    const names = namesOf(entry.name)
    const found = names.length === 1 ? imported.get(entry.name) : undefined
    for (const name of names) imported.delete(name)
    if (!found) return entry
    const next = overlay(entry, found)
    if (JSON.stringify(next) !== JSON.stringify(entry)) updated.push(entry.name)
    return next
  })
  const fresh = [...imported.values()].map((host) => toEntry(host))
  added.push(...imported.keys())
  const groups = mergeGroups(base?.groups ?? {}, sources)
  const jumpHosts = Object.assign(
    {},
    base?.jumpHosts,
    ...sources.map((source) => source.jumpHosts ?? {}),
  ) as NonNullable<Inventory['jumpHosts']>
  const lifted = base?.defaults === undefined ? liftDefaults(fresh) : { hosts: fresh }
  const defaults = base?.defaults ?? lifted.defaults
  const inventory: Inventory = {
    schema: 'inventory/v1',
    ...(defaults && { defaults }),
    ...(Object.keys(groups).length > 0 && { groups }),
    ...(Object.keys(jumpHosts).length > 0 && { jumpHosts }),
    hosts: [...kept, ...lifted.hosts],
  }
  return { inventory, added, updated }
}

function toEntry(host: ImportedHost): InventoryHost {
  const { name, address, groups, labels, ssh, place } = host
  const entry = {
    name,
    ...(address !== undefined && { address }),
    ...(groups.length > 0 && { groups: [...new Set(groups)] }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(ssh).length > 0 && { ssh }),
  }
  const checked = InventoryHost.safeParse(entry)
  if (checked.success) return checked.data
  const { message } = describeIssues(checked.error, {
    document: entry,
    schema: InventoryHost,
    language: 'en',
  })
  throw new MigrationError('INVENTORY_INVALID', `${at(place)}: host ${name}: ${message}`, {
    details: { file: place.file, line: place.line, host: name },
    cause: checked.error,
  })
}

function combine(first: ImportedHost, second: ImportedHost): ImportedHost {
  const one = first.address ?? first.name
  const other = second.address ?? second.name
  if (one !== other && first.address !== undefined && second.address !== undefined)
    throw new MigrationError(
      'INVENTORY_DUPLICATE',
      `host ${first.name} has two addresses: ${one} (${at(first.place)}) and ${other} (${at(second.place)})`,
      { hint: 'give one of them another name', details: { host: first.name } },
    )
  if (first.place.file === second.place.file)
    throw new MigrationError(
      'INVENTORY_DUPLICATE',
      `host ${first.name} is written twice: ${at(first.place)} and ${at(second.place)}`,
      { hint: 'remove one of them', details: { host: first.name } },
    )
  return {
    ...first,
    ...(first.address === undefined && second.address !== undefined && { address: second.address }),
    groups: [...new Set([...first.groups, ...second.groups])],
    labels: { ...second.labels, ...first.labels },
    ssh: { ...second.ssh, ...first.ssh },
  }
}

function overlay(entry: InventoryHost, found: ImportedHost): InventoryHost {
  const next = toEntry(found)
  const groups = [...new Set([...(entry.groups ?? []), ...(next.groups ?? [])])]
  const labels: Labels = { ...entry.labels, ...next.labels }
  const ssh: SshSettings = { ...entry.ssh, ...next.ssh }
  return {
    ...entry,
    ...(next.address !== undefined && { address: next.address }),
    ...(groups.length > 0 && { groups }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(ssh).length > 0 && { ssh }),
  }
}

function mergeGroups(
  base: Readonly<Record<string, InventoryGroup>>,
  sources: readonly ImportedSource[],
): Record<string, InventoryGroup> {
  const groups: Record<string, InventoryGroup> = { ...base }
  for (const [name, group] of sources.flatMap((source) => Object.entries(source.groups))) {
    const children = [...new Set([...(groups[name]?.children ?? []), ...(group.children ?? [])])]
    groups[name] = { ...groups[name], ...(children.length > 0 && { children }) }
  }
  return groups
}

/** What all hosts (two or more) say the same is said once, in `defaults`. Jump hosts are never lifted. */
function liftDefaults(hosts: InventoryHost[]): { hosts: InventoryHost[]; defaults?: { ssh: SshSettings } } {
  const [first, ...others] = hosts
  if (!first?.ssh || others.length === 0) return { hosts }
  const shared = Object.entries(first.ssh).filter(
    ([key, value]) =>
      key !== 'jump' &&
      others.every(
        (host) =>
          JSON.stringify((host.ssh as Record<string, unknown> | undefined)?.[key]) === JSON.stringify(value),
      ),
  )
  if (shared.length === 0) return { hosts }
  const keys = new Set(shared.map(([key]) => key))
  const rest = hosts.map(({ ssh = {}, ...host }) => {
    const own = Object.fromEntries(Object.entries(ssh).filter(([key]) => !keys.has(key)))
    return Object.keys(own).length > 0 ? { ...host, ssh: own } : host
  })
  return { hosts: rest, defaults: { ssh: Object.fromEntries(shared) } }
}

function namesOf(pattern: string): string[] {
  try {
    return expandRanges(pattern)
  } catch (error) {
    if (isMigrationError(error)) return [pattern]
    throw error
  }
}

function at({ file, line }: Place): string {
  return `${file}:${line}`
}
