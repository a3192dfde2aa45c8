import { stat } from 'node:fs/promises'
import { MigrationError } from '../model/errors.ts'
import type { Inventory } from '../model/inventory.ts'
import { nearest } from '../model/nearest.ts'
import { importAnsible } from './import-ansible.ts'
import { importCsv, type ImportCsvOptions } from './import-csv.ts'
import { importSshConfig, type ImportSshConfigOptions } from './import-ssh-config.ts'
import type { ImportedSource, ImportNote } from './imported.ts'
import { mergeSources } from './merge.ts'

/** Where to import from. */
export type ImportSource =
  | { kind: 'ansible'; path: string }
  | ({ kind: 'ssh-config' } & Omit<ImportSshConfigOptions, 'signal'>)
  | ({ kind: 'csv' } & ImportCsvOptions)

export interface ImportOptions {
  /** An inventory to add to: its hosts stay, and get what the import says of them. */
  base?: Inventory
  signal?: AbortSignal
}

export interface ImportResult {
  inventory: Inventory
  /** Hosts that the sources named. */
  hosts: number
  added: readonly string[]
  updated: readonly string[]
  notes: readonly ImportNote[]
}

const kinds = ['ansible', 'ssh-config', 'csv'] as const

/** Reads `ansible:PATH`, `ssh-config`, `ssh-config:FILE or GLOB`, `csv:FILE`, as `--from` takes them. Throws USAGE. */
export async function parseImportSource(text: string): Promise<ImportSource> {
  const at = text.indexOf(':')
  const kind = at < 0 ? text : text.slice(0, at)
  const rest = at < 0 ? '' : text.slice(at + 1)
  if (kind === 'ssh-config') {
    if (rest === '') return { kind }
    const isFile = rest.includes('/') || (await stat(rest).catch(() => undefined))?.isFile() === true
    return isFile ? { kind, path: rest } : { kind, pattern: rest }
  }
  if ((kind === 'ansible' || kind === 'csv') && rest !== '') return { kind, path: rest }
  const meant = nearest(kind, kinds)
  throw new MigrationError('USAGE', `--from ${text} is not a source of hosts`, {
    hint: `write ansible:PATH, ssh-config[:FILE] or csv:FILE${meant === undefined ? '' : `; did you mean ${meant}:...?`}`,
  })
}

/** Imports one or several sources into one inventory/v1. Throws INVENTORY_* naming file, line and field. */
export async function importInventory(
  sources: readonly ImportSource[],
  options: ImportOptions = {},
): Promise<ImportResult> {
  const read: ImportedSource[] = []
  for (const source of sources) {
    read.push(await importOne(source, options.signal))
    options.signal?.throwIfAborted()
  }
  const merged = mergeSources(read, options.base)
  const hosts = read.reduce((sum, source) => sum + source.hosts.length, 0)
  const notes = read.flatMap((source) => source.notes)
  if (merged.inventory.hosts.length > 0) return { ...merged, hosts, notes }
  const names = sources.map((source) => source.path ?? source.kind).join(', ')
  throw new MigrationError('INVENTORY_EMPTY', `${names}: no hosts were found`, {
    hint: notes[0]?.text.en ?? 'look whether it is the right file',
  })
}

function importOne(source: ImportSource, signal: AbortSignal | undefined): Promise<ImportedSource> {
  if (source.kind === 'ansible') return importAnsible(source.path)
  if (source.kind === 'csv') return importCsv(source)
  return importSshConfig({ ...source, signal })
}
