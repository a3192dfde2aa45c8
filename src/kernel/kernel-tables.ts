import type { KernelLine } from '../model/kernel.ts'
import { buildConfigTable, type ConfigLayer, type ConfigTable } from './config-table.ts'
import anck419 from './data/anck-4.19-x86_64.json' with { type: 'json' }
import anck510 from './data/anck-5.10-x86_64.json' with { type: 'json' }
import kabi from './data/kabi.json' with { type: 'json' }
import modules418 from './data/modules-4.18.json' with { type: 'json' }
import modules510 from './data/modules-5.10.json' with { type: 'json' }
import extra from './data/modules-extra.json' with { type: 'json' }
import rhckAarch64 from './data/rhck-4.18-aarch64.json' with { type: 'json' }
import rhckX86 from './data/rhck-4.18-x86_64.json' with { type: 'json' }
import { moduleSupplement } from './module-supplement.ts'
import { buildModuleTable, type ModuleTable } from './module-table.ts'

/** What is known of one kernel line on one architecture. */
export interface KernelTables {
  config: ConfigTable
  modules: ModuleTable
  /** Modules that are only in kernel-modules-extra. */
  extra: ReadonlySet<string>
  /** Stable symbols of el8 with their CRCs. */
  stableSymbols: ReadonlyMap<string, string>
  /** The line promises the CRCs of the stable list. */
  symbolsKeepCrc: boolean
  /** Stable symbols that the line no longer exports; null when no list exists. */
  goneSymbols: ReadonlySet<string> | null
}

/** Architectures for which there is any data. */
export function isKnownArchitecture(arch: string): boolean {
  return Object.hasOwn(kabi.stable, arch)
}

/** The tables of a line; empty ones where nothing is known (other architectures, any ANCK on aarch64). */
export function kernelTables(line: KernelLine, arch: string): KernelTables {
  if (!isKnownArchitecture(arch)) return nothingKnown
  const stable: Readonly<Record<string, readonly string[]>> = kabi.stable
  const five10 = line === 'anck-5.10' || line === 'containeros'
  return {
    config: buildConfigTable(layersOf(line, arch)),
    // el8 took much from later kernels, so both Makefile tables count for it.
    modules: buildModuleTable([modules418, ...(line === 'anck-4.19' ? [] : [modules510]), moduleSupplement]),
    extra: new Set(extra.modules.split(' ')),
    stableSymbols: new Map((stable[arch] ?? []).map(splitSymbol)),
    symbolsKeepCrc: line === 'rhck-4.18',
    goneSymbols: five10 && arch === 'x86_64' ? new Set(kabi.goneIn['5.10']) : null,
  }
}

const nothingKnown: KernelTables = {
  config: new Map(),
  modules: new Map(),
  extra: new Set(),
  stableSymbols: new Map(),
  symbolsKeepCrc: false,
  goneSymbols: null,
}

function layersOf(line: KernelLine, arch: string): readonly ConfigLayer[] {
  const tables: Readonly<Record<string, { layers: readonly ConfigLayer[] }>> = {
    'rhck-4.18:x86_64': rhckX86,
    'rhck-4.18:aarch64': rhckAarch64,
    'anck-4.19:x86_64': anck419,
    'anck-5.10:x86_64': anck510,
    'containeros:x86_64': anck510,
  }
  return tables[`${line}:${arch}`]?.layers ?? []
}

function splitSymbol(row: string): [string, string] {
  const space = row.indexOf(' ')
  return [row.slice(0, space), row.slice(space + 1)]
}
