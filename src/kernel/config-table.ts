import type { KernelAnswer } from '../model/kernel.ts'

/** One file of option states: `y`, `m`, `n` and `absent` hold option names, separated by spaces. */
export interface ConfigLayer {
  source: string
  y?: string
  m?: string
  n?: string
  absent?: string
}

/** What a configuration says of one option, and which file says so. */
interface OptionState {
  answer: Extract<KernelAnswer, 'builtin' | 'module' | 'absent'>
  source: string
}

/** Option name (without `CONFIG_`) -> state. A name that is not in it is unknown, never absent. */
export type ConfigTable = ReadonlyMap<string, OptionState>

/** Lays the files over each other, the first one winning. */
export function buildConfigTable(layers: readonly ConfigLayer[]): ConfigTable {
  const table = new Map<string, OptionState>()
  for (const layer of layers) {
    addNames(table, layer.y, { answer: 'builtin', source: layer.source })
    addNames(table, layer.m, { answer: 'module', source: layer.source })
    addNames(table, layer.n, { answer: 'absent', source: `${layer.source}: is not set` })
    addNames(table, layer.absent, { answer: 'absent', source: `${layer.source}: no such option` })
  }
  return table
}

function addNames(table: Map<string, OptionState>, names: string | undefined, state: OptionState): void {
  if (names === undefined) return
  for (const name of names.split(' ')) if (!table.has(name)) table.set(name, state)
}
