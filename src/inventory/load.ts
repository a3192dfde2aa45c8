import { MigrationError, isMigrationError } from '../model/errors.ts'
import { Inventory, type InventoryHost, type ResolvedHost, type SshSettings } from '../model/inventory.ts'
import type { Language } from '../model/text.ts'
import { groupsOfHost, parentsByGroup, type ParentGroups } from './groups.ts'
import { createJumpResolver } from './jump.ts'
import { expandRanges, maxHosts } from './ranges.ts'
import { layersOf, resolveSettings } from './settings.ts'
import { readYamlDocument, type YamlDocument } from './yaml-document.ts'

export interface LoadInventoryOptions {
  language?: Language
  /** Settings of flags and environment: stronger than the file's. */
  overrides?: SshSettings
}

/** The document as written, and every host with ranges expanded and settings resolved, in the order of the file. */
export interface LoadedInventory {
  inventory: Inventory
  hosts: readonly ResolvedHost[]
}

/** One name of the file after its ranges were expanded, before settings are laid over each other. */
export interface NamedHost {
  name: string
  address: string
  entry: InventoryHost
  line: number
}

/**
 * Reads inventory/v1 (YAML or JSON). Settings: flags over host over groups (nearest first, then by name) over defaults
 * over built-in values. Throws INVENTORY_NOT_FOUND, _EMPTY, _INVALID or _DUPLICATE with file:line.
 */
export async function loadInventory(
  path: string,
  options: LoadInventoryOptions = {},
): Promise<LoadedInventory> {
  const { language, overrides = {} } = options
  const document = await readYamlDocument({
    path,
    schema: Inventory,
    name: 'inventory',
    code: 'INVENTORY_INVALID',
    notFound: 'INVENTORY_NOT_FOUND',
    ...(language && { language }),
  }).catch(explainMissing)
  return { inventory: document.value, hosts: resolveInventory(document, { path, overrides }) }
}

/** Expands and resolves the hosts of a checked inventory. */
export function resolveInventory(
  { value: inventory, lineOf }: YamlDocument<Inventory>,
  { path, overrides = {} }: { path: string; overrides?: SshSettings },
): ResolvedHost[] {
  const named = expandHosts(inventory, path, lineOf)
  const parents = parentsOf(inventory, path, lineOf)
  const sources = { inventory, overrides, path }
  const groups = new Map(named.map((host) => [host.name, groupsOfHost(host.entry.groups ?? [], parents)]))
  const jumps = createJumpResolver({ ...sources, named, groups })
  return named.map((host) => {
    const layers = layersOf(host.entry, groups.get(host.name) ?? [], sources)
    const jump = jumps.chainOf(host)
    return {
      name: host.name,
      address: host.address,
      groups: (groups.get(host.name) ?? []).map(({ name }) => name),
      labels: Object.assign(
        {},
        ...layers.map(({ labels }) => labels ?? {}).toReversed(),
      ) as ResolvedHost['labels'],
      ssh: { ...resolveSettings(layers, path), jump },
      origin: { file: path, line: host.line },
    }
  })
}

function expandHosts(
  inventory: Inventory,
  path: string,
  lineOf: YamlDocument<Inventory>['lineOf'],
): NamedHost[] {
  const named: NamedHost[] = []
  const lines = new Map<string, number>()
  for (const [index, entry] of inventory.hosts.entries()) {
    const line = lineOf(['hosts', index])
    for (const host of expandEntry(entry, `${path}:${line}`)) {
      const before = lines.get(host.name)
      if (before !== undefined) throw duplicate(host.name, path, [before, line])
      lines.set(host.name, line)
      named.push({ ...host, entry, line })
      if (named.length > maxHosts)
        throw new MigrationError('INVENTORY_INVALID', `${path} names more than ${maxHosts} hosts`)
    }
  }
  if (named.length > 0) return named
  throw new MigrationError('INVENTORY_EMPTY', `${path} names no hosts`, {
    hint: 'add hosts, or import them: osferry inventory import --from ansible:PATH',
    details: { file: path },
  })
}

function expandEntry(entry: InventoryHost, place: string): { name: string; address: string }[] {
  const names = expandAt(entry.name, place)
  const addresses = entry.address === undefined ? names : expandAt(entry.address, place)
  if (addresses.length !== names.length)
    throw new MigrationError(
      'INVENTORY_INVALID',
      `${place}: name ${entry.name} expands to ${names.length} hosts, address ${String(entry.address)} to ${addresses.length}`,
      { hint: 'give both ranges the same number of values' },
    )
  return names.map((name, index) => ({ name, address: addresses[index] ?? name }))
}

const validName = /^[A-Za-z0-9_]([A-Za-z0-9_.:%-]*[A-Za-z0-9_])?$/
const validAddress = /^(::|[A-Za-z0-9_:]([A-Za-z0-9_.:%-]*[A-Za-z0-9_:])?)$/

function expandAt(pattern: string, place: string): string[] {
  try {
    const names = expandRanges(pattern)
    const bad = names.find((name) => name.length > 253 || !(validName.test(name) || validAddress.test(name)))
    if (bad === undefined) return names
    const what = `${JSON.stringify(bad)} is not a host name or an IP address`
    throw new MigrationError('INVENTORY_INVALID', what, { hint: 'names hold letters, digits and . _ : % -' })
  } catch (error) {
    if (!isMigrationError(error)) throw error
    throw new MigrationError(error.code, `${place}: ${error.message}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    })
  }
}

function parentsOf(
  inventory: Inventory,
  path: string,
  lineOf: YamlDocument<Inventory>['lineOf'],
): ParentGroups {
  const used = inventory.hosts.flatMap(({ groups = [] }) => groups)
  const result = parentsByGroup(inventory.groups ?? {}, used)
  if (!('problem' in result)) return result.parents
  const line = lineOf(['groups', result.group, 'children'])
  throw new MigrationError('INVENTORY_INVALID', `${path}:${line}: ${result.problem}`, {
    ...(result.hint === undefined ? {} : { hint: result.hint }),
    details: { file: path, line },
  })
}

function duplicate(name: string, path: string, lines: readonly [number, number]): MigrationError {
  const [first, second] = lines
  return new MigrationError(
    'INVENTORY_DUPLICATE',
    `host ${name} is written twice: ${path}:${first} and ${path}:${second}`,
    { hint: 'remove one of them, or narrow its range', details: { file: path, first, second, host: name } },
  )
}

function explainMissing(error: unknown): never {
  if (!isMigrationError(error, 'INVENTORY_NOT_FOUND')) throw error
  throw new MigrationError('INVENTORY_NOT_FOUND', error.message, {
    hint: 'make one: osferry inventory import --from ansible:PATH (or ssh-config, csv:FILE), or name it with --inventory',
    cause: error,
  })
}
