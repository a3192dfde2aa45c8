import type { CollectorInput } from '../model/collector.ts'
import { flagValue, unitWords } from './command-line.ts'
import { importsOf } from './containerd-config.ts'
import { linesOf, namesOf } from './marked.ts'
import type { NodeParts } from './node-answer.ts'
import { looksAround, unitsHere, unitPaths } from './node-marks.ts'

const unit = 'containerd.service'
const defaultConfig = '/etc/containerd/config.toml'
const dropIns = [
  '/usr/lib/systemd/system/containerd.service.d/*.conf',
  '/etc/systemd/system/containerd.service.d/*.conf',
] as const

/** Files to ask for: the unit, and where configurations and what they import usually lie. */
export const containerdFiles: readonly string[] = [
  ...unitPaths(unit),
  ...dropIns,
  defaultConfig,
  '/etc/containerd/*.toml',
  '/etc/containerd/*/*.toml',
  '/opt/kata/containerd/config.d/*.toml',
  '/var/lib/rancher/k3s/agent/etc/containerd/config.toml',
  '/var/lib/rancher/rke2/agent/etc/containerd/config.toml',
]

/** What a path or pattern must look like for `containerdFiles` to hold all that it means. */
const covered =
  /^(?:\/etc\/containerd\/(?:[^/]+\/)?[^/]*\.toml|\/opt\/kata\/containerd\/config\.d\/[^/]*\.toml|\/var\/lib\/rancher\/(?:k3s|rke2)\/agent\/etc\/containerd\/config\.toml)$/
/** The same for answers of scripts that read less. */
const coveredBefore = /^\/etc\/containerd\/(?:config\.toml|conf\.d\/[^/]*\.toml)$/

/** How containerd is started here. */
export interface ContainerdStart {
  /** Its command line: of the running process, else of its unit; empty when neither is known. */
  words: readonly string[]
  isRunning: boolean
  /** More of them run than the one whose words these are. */
  isOneOfMany: boolean
  /** Its unit takes options from variables, and no process shows which. */
  hasVariables: boolean
}

/** The containerd of the host; the one that docker starts for itself is a part of docker. */
export function containerdStart(
  input: CollectorInput,
  parts: NodeParts,
  texts: ReadonlyMap<string, string>,
): ContainerdStart {
  const running = namesOf(parts, 'containerd process ')
    .map((pid) => linesOf(parts, `containerd process ${pid}`))
    .filter((words) => words.length > 0 && !words.some((word) => /\/docker\/containerd\//.test(word)))
  const [first] = running
  const isOneOfMany = running.length > 1 || parts.has('containerd processes cut')
  if (first !== undefined) return { words: first, isRunning: true, isOneOfMany, hasVariables: false }
  const isHere = unitsHere(input, parts, unit).length > 0
  const own = unitPaths(unit).map((path) => texts.get(path) ?? '')
  const more = dropIns.flatMap((pattern) => input.matching(pattern)).map((path) => texts.get(path) ?? '')
  const unitTexts = isHere ? [own.find((text) => text !== '') ?? '', ...more] : []
  return {
    words: unitWords(unitTexts, new Map()),
    isRunning: false,
    isOneOfMany,
    hasVariables: unitTexts.some((text) => /^\s*ExecStart\s*=.*\$/m.test(text)),
  }
}

/** The texts of a configuration in the order in which they count, and what of it was not read. */
export interface ContainerdConfigTexts {
  path: string | null
  texts: readonly string[]
  unread: readonly string[]
}

/**
 * Follows `--config` and `imports`, which name files relative to the one that they stand in.
 * Source: containerd, cmd/containerd/server/config/config.go (resolveImports)
 */
export function containerdTexts(
  input: CollectorInput,
  texts: ReadonlyMap<string, string>,
  options: { words: readonly string[]; parts: NodeParts },
): ContainerdConfigTexts {
  const path = flagValue(options.words, 'config') ?? shortFlag(options.words) ?? defaultConfig
  const main = texts.get(path)
  if (main === undefined) return { path: null, texts: [], unread: path === defaultConfig ? [] : [path] }
  const isCovered = looksAround(options.parts) ? covered : coveredBefore
  const seen = new Set([path])
  const unread: string[] = []
  const found: string[] = []
  for (const file of seen) {
    const text = texts.get(file) ?? ''
    found.push(text)
    const imports = importsOf(text)
    if (imports === null) unread.push(`the imports of ${file}`)
    for (const entry of imports ?? []) {
      const pattern = entry.startsWith('/') ? entry : `${file.slice(0, file.lastIndexOf('/'))}/${entry}`
      const matches = input.matching(pattern).filter((name) => texts.has(name))
      const isMissing = matches.length === 0 && !/[*?[]/.test(pattern)
      if (!isCovered.test(pattern) || isMissing) unread.push(pattern)
      for (const name of matches) seen.add(name)
    }
  }
  return { path, texts: found, unread }
}

/** `-c FILE` or `-c=FILE`. */
function shortFlag(words: readonly string[]): string | null {
  const at = words.findLastIndex((word) => word === '-c' || word.startsWith('-c='))
  const word = words[at]
  return word === undefined ? null : word === '-c' ? (words[at + 1] ?? null) : word.slice(3)
}
