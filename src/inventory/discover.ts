import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join, relative } from 'node:path'
import { parseCsv } from './csv.ts'
import { importAnsible } from './import-ansible.ts'
import { hostColumn, importCsv } from './import-csv.ts'
import { createNotes } from './imported.ts'
import { loadInventory } from './load.ts'
import { readBounded } from './read-bounded.ts'
import { findSshConfigHosts } from './ssh-config-hosts.ts'

/** A place that seems to list hosts. */
export interface FoundSource {
  kind: 'inventory' | 'ansible' | 'ssh-config' | 'csv'
  /** As the user would write it: relative to the directory looked in. */
  path: string
  /** Null when it could not be read; `problem` says why. */
  hosts: number | null
  problem?: string
}

export interface DiscoverOptions {
  /** Default the working directory. */
  directory?: string
  /** Default the user's home. */
  home?: string
}

const maxCandidates = 50
const maxCsvBytes = 8 * 1024 * 1024

/**
 * Looks for hosts where people keep them: `inventory.yaml`, the inventory of `ansible.cfg`, `hosts`, `inventory/`, CSV
 * files with a host column, `~/.ssh/config`. The most likely comes first. Nothing is executed.
 */
export async function discoverSources(options: DiscoverOptions = {}): Promise<FoundSource[]> {
  const { directory = process.cwd(), home = homedir() } = options
  const candidates: { kind: FoundSource['kind']; path: string }[] = []
  for (const name of ['inventory.yaml', 'inventory.yml', 'inventory.json'])
    candidates.push({ kind: await kindOfYaml(join(directory, name)), path: join(directory, name) })
  for (const path of await ansiblePaths(directory)) candidates.push({ kind: 'ansible', path })
  for (const name of (await namesIn(directory)).filter((name) => /\.csv$/i.test(name)))
    candidates.push({ kind: 'csv', path: join(directory, name) })
  candidates.push({ kind: 'ssh-config', path: join(home, '.ssh', 'config') })
  const found: FoundSource[] = []
  const seen = new Set<string>()
  for (const { kind, path } of candidates.slice(0, maxCandidates)) {
    if (seen.has(path) || !(await stat(path).catch(() => undefined))) continue
    seen.add(path)
    const shown =
      path.startsWith(home) && kind === 'ssh-config' ? '~/.ssh/config' : shownPath(directory, path)
    const source = await describe(kind, path, shown)
    if (source) found.push(source)
  }
  return found
}

async function describe(
  kind: FoundSource['kind'],
  path: string,
  shown: string,
): Promise<FoundSource | undefined> {
  try {
    const hosts = await countHosts(kind, path)
    if (hosts === undefined || (hosts === 0 && kind !== 'inventory')) return undefined
    return { kind, path: shown, hosts }
  } catch (error) {
    if (kind === 'csv' || !(error instanceof Error)) return undefined
    return { kind, path: shown, hosts: null, problem: error.message }
  }
}

async function countHosts(kind: FoundSource['kind'], path: string): Promise<number | undefined> {
  if (kind === 'inventory') return (await loadInventory(path)).hosts.length
  if (kind === 'ansible') return (await importAnsible(path)).hosts.length
  if (kind === 'ssh-config') return (await findSshConfigHosts(path, createNotes())).names.size
  const [header] = parseCsv(
    (await readBounded(path, { maxBytes: maxCsvBytes })).split('\n', 1).join(''),
    path,
  )
  if (!header || hostColumn(header.fields) === undefined) return undefined
  return (await importCsv({ path })).hosts.length
}

/** A file called inventory.yaml is ours when it says so, else Ansible's. */
async function kindOfYaml(path: string): Promise<'inventory' | 'ansible'> {
  const text = await readBounded(path).catch(() => 'inventory/v1')
  return /inventory\/v\d/.test(text.slice(0, 4096)) ? 'inventory' : 'ansible'
}

async function ansiblePaths(directory: string): Promise<string[]> {
  const paths: string[] = []
  const config = await readBounded(join(directory, 'ansible.cfg')).catch(() => '')
  const setting = /^\s*inventory\s*=\s*(.+?)\s*$/m.exec(config)?.[1]
  for (const entry of setting?.split(',') ?? []) {
    const path = entry.trim().replace(/^~(?=\/)/, homedir())
    if (path !== '') paths.push(isAbsolute(path) ? path : join(directory, path))
  }
  for (const name of ['hosts', 'hosts.ini', 'hosts.yml', 'hosts.yaml', 'inventory.ini'])
    paths.push(join(directory, name))
  for (const name of ['inventory', 'inventories']) paths.push(...(await inventoriesIn(join(directory, name))))
  return paths
}

/** `inventory` may be one inventory (a file, or a directory of files), or hold one directory an environment. */
async function inventoriesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
  if (entries.length === 0) return [path]
  const isVars = (name: string): boolean =>
    name === 'group_vars' || name === 'host_vars' || name.startsWith('.')
  if (entries.some((entry) => entry.isFile() && !isVars(entry.name))) return [path]
  return entries
    .filter((entry) => entry.isDirectory() && !isVars(entry.name))
    .map(({ name }) => join(path, name))
}

async function namesIn(directory: string): Promise<string[]> {
  const names: string[] = await readdir(directory).catch(() => [])
  return names.sort()
}

function shownPath(directory: string, path: string): string {
  const short = relative(directory, path)
  return short === '' || short.startsWith('..') ? path : short
}
