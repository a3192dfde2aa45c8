/**
 * Writes src/kernel/data from a directory of kernel configurations, kABI lists and derived tables:
 * `node test/support/generate-kernel-data.ts DIRECTORY`. Run by hand when the directory changes.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { argv, stdout } from 'node:process'

interface Layer {
  source: string
  y?: string
  m?: string
  n?: string
  absent?: string
}

type State = 'y' | 'm' | 'n' | 'absent'

const output = join(import.meta.dirname, '../../src/kernel/data')
/** Every option that a table holds, with all states it has anywhere. */
const known = new Map<string, Set<State>>()

const directory = argv[2]
if (directory === undefined) throw new Error('usage: node test/support/generate-kernel-data.ts DIRECTORY')
await generate(directory)

async function generate(from: string): Promise<void> {
  for (const arch of ['x86_64', 'aarch64']) {
    await write(`rhck-4.18-${arch}`, { layers: await rhckLayers(from, arch) })
  }
  await write('anck-4.19-x86_64', {
    layers: [await transcript(from, 'anck-4.19.91.an8-x86_64', 'ANCK 4.19.91 configuration, an excerpt')],
  })
  await write('anck-5.10-x86_64', {
    layers: [
      await transcript(
        from,
        'anck-5.10.134.an8-x86_64',
        'ANCK 5.10.134 configuration; input, GPU, sound and hwmon menus are not in it',
      ),
    ],
  })
  const el8 = await moduleRows(from, 'el8')
  const newer = await moduleRows(from, '5.10')
  const changed = [...newer].filter(([option, modules]) => el8.get(option) !== modules)
  await write('modules-4.18', { source: 'Makefiles of kernel 4.18 (el8)', rows: rowsText(el8) })
  await write('modules-5.10', {
    source: 'Makefiles of kernel 5.10; rows that differ from 4.18',
    rows: rowsText(new Map(changed)),
  })
  await write('modules-extra', {
    source: 'mod-extra.list of kernel 4.18.0-513.18.1.el8_9',
    modules: await extraModules(from),
  })
  await write('kabi', await kabi(from))
}

/** Newest first; an older layer only adds names on which the newer ones are silent. */
async function rhckLayers(from: string, arch: string): Promise<Layer[]> {
  const seen = new Set<string>()
  const layers: Layer[] = []
  const files = [
    ['4.18.0-513.18.1.el8_9', 'input configuration of kernel'],
    ['4.18.0-477.27.1.el8_8', 'input configuration of kernel'],
    ['4.18.0-80.7.3.el8', 'resolved configuration of kernel'],
  ]
  for (const [release, kind] of files) {
    const states = parseConfig(await readFile(join(from, 'config', `${release}.${arch}.config`), 'utf8'))
    const fresh = [...states].filter(([name]) => !seen.has(name))
    // What 8.0 had switched off may have come later: only what it had says something about 8.9.
    const kept = release === '4.18.0-80.7.3.el8' ? fresh.filter(([, state]) => state !== 'n') : fresh
    for (const [name] of kept) seen.add(name)
    layers.push(layer(`${kind} ${release}.${arch}`, new Map(kept)))
  }
  return layers
}

function parseConfig(text: string): Map<string, State> {
  const states = new Map<string, State>()
  for (const line of text.split('\n')) {
    const set = /^CONFIG_(\w+)=(.*)$/.exec(line)
    const off = /^# CONFIG_(\w+) is not set$/.exec(line)
    if (set?.[1] !== undefined) states.set(set[1], set[2] === 'm' ? 'm' : set[2] === 'n' ? 'n' : 'y')
    else if (off?.[1] !== undefined) states.set(off[1], 'n')
  }
  return states
}

async function transcript(from: string, name: string, source: string): Promise<Layer> {
  const states = new Map<string, State>()
  for (const [file, state] of [
    ['absent', 'absent'],
    ['unset', 'n'],
    ['m', 'm'],
    ['y', 'y'],
  ] as const) {
    const text = await readFile(join(from, 'config', name, `transcript.${file}`), 'utf8')
    for (const option of text.split(/\s+/).filter(Boolean)) states.set(option, state)
  }
  return layer(source, states)
}

function layer(source: string, states: ReadonlyMap<string, State>): Layer {
  const names = (wanted: State): string =>
    [...states]
      .filter(([, state]) => state === wanted)
      .map(([name]) => name)
      .sort()
      .join(' ')
  for (const [name, state] of states) known.set(name, (known.get(name) ?? new Set()).add(state))
  const result: Layer = { source }
  for (const state of ['y', 'm', 'n', 'absent'] as const) {
    const text = names(state)
    if (text !== '') result[state] = text
  }
  return result
}

/**
 * Only options that some table holds: the others could never be answered. An option that is built in wherever it is on
 * is hardly a tristate: what its row names are object files of the kernel itself, unless one bears the option's name.
 */
async function moduleRows(from: string, version: string): Promise<Map<string, string>> {
  const text = await readFile(join(from, 'derived', `config_to_module_${version}.json`), 'utf8')
  const table = JSON.parse(text) as Record<string, string[]>
  return new Map(
    Object.entries(table)
      .map(([option, modules]): [string, string] => [option, modulesOf(option, modules).join(' ')])
      .filter(([, modules]) => modules !== ''),
  )
}

function modulesOf(option: string, modules: readonly string[]): string[] {
  const states = known.get(option)
  if (states === undefined) return []
  const names = modules.map((name) => name.replaceAll('-', '_'))
  const canBeModule = states.has('m') || !states.has('y')
  return canBeModule ? names : names.filter((name) => name === option.toLowerCase())
}

function rowsText(rows: ReadonlyMap<string, string>): string[] {
  return [...rows].map(([option, modules]) => `${option} ${modules}`).sort()
}

async function extraModules(from: string): Promise<string> {
  const names = new Set<string>()
  for (const file of await readdir(join(from, 'derived'))) {
    if (!file.endsWith('el8_9.modules-extra.list')) continue
    const text = await readFile(join(from, 'derived', file), 'utf8')
    for (const name of text.split(/\s+/).filter(Boolean)) {
      names.add(name.replace(/\.ko$/, '').replaceAll('-', '_'))
    }
  }
  return [...names].sort().join(' ')
}

async function kabi(from: string): Promise<unknown> {
  const lists: Record<string, string[]> = {}
  for (const arch of ['x86_64', 'aarch64']) {
    const text = await readFile(join(from, 'kabi', `4.18.0-513.18.1.el8_9.${arch}.kabi`), 'utf8')
    lists[arch] = text
      .split('\n')
      .map((line) => line.split('\t'))
      .flatMap(([crc, name]) => (crc && name ? [`${name} ${crc.replace(/^0x/, '')}`] : []))
      .sort()
  }
  const derived = await readFile(join(from, 'derived', 'kabi_el8.9_vs_upstream.json'), 'utf8')
  const upstream = JSON.parse(derived) as Record<string, { missing: string[] }>
  return {
    source: 'Module.kabi of kernel 4.18.0-513.18.1.el8_9; exported symbols of kernels 5.10 and 6.1',
    stable: lists,
    goneIn: { '5.10': upstream['5.10']?.missing ?? [], '6.1': upstream['6.1']?.missing ?? [] },
  }
}

async function write(name: string, value: unknown): Promise<void> {
  const text = `${JSON.stringify(value, null, 1)}\n`
  await writeFile(join(output, `${name}.json`), text)
  stdout.write(`${name}.json ${text.length}\n`)
}
