import type { Collector, FactSet } from '../model/collector.ts'
import { factSets } from '../model/collector.ts'
import type { FactName } from '../model/facts.ts'
import { isPattern } from './glob.ts'
import { collectors } from './index.ts'
import { driver, framer, lister, loader, reader } from './shell.ts'

/** Version of the frames and of the header; a reader refuses a greater one. */
export const scriptVersion = 1

/**
 * How the script is started on a host: it comes over stdin. `nice` costs no extra process here because it replaces
 * itself by `sh`; started without it, the script lowers its own priority.
 */
export const collectArgv: readonly string[] = ['nice', '-n', '5', 'sh', '-s']

export interface ScriptOptions {
  set: FactSet
  /** 32 lower-case hex digits, new for every run. */
  nonce: string
}

/** One part of the script's output: its id in the frames and the facts that read it. */
export interface Section {
  id: string
  script: string
  timeoutSeconds: number
  maxBytes: number
  facts: readonly FactName[]
}

/** What a set of collectors asks of a host, in the order in which the script does it. */
export interface CollectionPlan {
  files: readonly string[]
  paths: readonly string[]
  sections: readonly Section[]
  collectors: readonly Collector[]
}

/** Composes ONE POSIX sh script out of all collectors of the set; it only reads. */
export function composeScript(options: ScriptOptions): string {
  if (!/^[0-9a-f]{32}$/.test(options.nonce)) throw new Error('The nonce must be 32 lower-case hex digits.')
  return scriptOf(planCollection(collectors, options.set), options)
}

/** The same for a given plan: the seam for tests. */
export function scriptOf(plan: CollectionPlan, options: ScriptOptions): string {
  const parts = [
    { id: 'files', script: reader(plan.files), timeoutSeconds: 20, maxBytes: filesMaxBytes },
    { id: 'paths', script: lister(plan.paths), timeoutSeconds: 20, maxBytes: 2 << 20 },
    ...plan.sections,
  ]
  const functions = parts.map((part, index) => `s${index + 1}() {\n${part.script.trim()}\n}`)
  const runs = parts.map(
    (part, index) =>
      `[ "$1" -gt ${index} ] || [ "$2" -le ${index} ] || run ${index + 1} ${part.id} ${part.timeoutSeconds} ${part.maxBytes}`,
  )
  return [
    '#!/bin/sh',
    loader,
    ...preamble(options),
    `nonce=${options.nonce} set=${options.set} version=${scriptVersion} count=${parts.length}`,
    `framer='${framer}'`,
    ...functions,
    `sections() {\n${runs.join('\n')}\n}`,
    driver,
    '# Nothing has run so far: a script that was cut on its way does nothing at all.',
    'main',
    '',
  ].join('\n')
}

/** Chooses the collectors of a set and merges what they ask for. */
export function planCollection(all: readonly Collector[], set: FactSet): CollectionPlan {
  const rank = factSets.indexOf(set)
  const chosen = all.filter((collector) => factSets.indexOf(collector.set) <= rank)
  return {
    files: ordered(chosen.flatMap((collector) => [...(collector.files ?? [])])),
    paths: ordered(chosen.flatMap((collector) => [...(collector.paths ?? [])])),
    sections: sectionsOf(chosen),
    collectors: chosen,
  }
}

const filesMaxBytes = 4 << 20

/** Fixed paths first, then patterns, process tables last: when the output is cut, what is known to be small is safe. */
function ordered(paths: readonly string[]): readonly string[] {
  const weight = (path: string): number => (path.startsWith('/proc/[') ? 2 : isPattern(path) ? 1 : 0)
  const unique = [...new Set(paths)]
  for (const path of unique) {
    if (!/^\/[\w/.*?[\]@:+-]+$/.test(path)) throw new Error(`A collector asks for an unsafe path: ${path}`)
  }
  return unique.toSorted((a, b) => weight(a) - weight(b))
}

function sectionsOf(chosen: readonly Collector[]): readonly Section[] {
  const byScript = new Map<string, Section>()
  for (const collector of chosen) {
    if (collector.script === undefined) continue
    const script = collector.script.trim()
    const known = byScript.get(script)
    const timeoutSeconds = Math.ceil((collector.timeoutMs ?? 10_000) / 1000)
    const maxBytes = collector.maxBytes ?? 1 << 20
    byScript.set(script, {
      id: known?.id ?? collector.fact,
      script,
      timeoutSeconds: Math.max(timeoutSeconds, known?.timeoutSeconds ?? 0),
      maxBytes: Math.max(maxBytes, known?.maxBytes ?? 0),
      facts: [...(known?.facts ?? []), collector.fact],
    })
  }
  return [...byScript.values()]
}

function preamble({ set }: ScriptOptions): string[] {
  return [
    `# osferry: reads the facts of this host (set: ${set}). It only reads: it writes no file, changes nothing and`,
    '# needs no network. What it reads is listed below, one function a section; what looks like a password, a token or a',
    '# private key is replaced by *** here already.',
    '#   By hand:  sh collect.sh > "$(hostname).bundle"      as root, or the facts will say what is missing',
    '#   Then:     osferry collect --from-bundle DIR         on the machine that has osferry',
  ]
}
