import type { CollectorInput, FileAnswer, PathAnswer } from '../model/collector.ts'
import { FactGap } from '../model/collector.ts'
import { maySecret, redact } from '../model/redact.ts'
import { globToRegExp, isPattern } from './glob.ts'
import { maxLines, separator } from './shell.ts'

/** What the section that reads files said. `cutAt` is the last path of an output that was cut, else null. */
export interface FilesAnswer {
  files: ReadonlyMap<string, FileAnswer>
  cutAt: string | null
  /** True when a file was not read whole. */
  someCut: boolean
}

/** Reads `PATH NUL LINE` lines and grep's complaints; `asked` are the paths and patterns of the plan. */
export function readFiles(text: string, asked: readonly string[], cut: boolean): FilesAnswer {
  const lines = new Map<string, string[]>()
  const failures = new Map<string, string>()
  let path = ''
  let current: string[] = []
  for (const line of text.split('\n')) {
    const at = line.indexOf('\0')
    if (at < 0) {
      const match = /^(?:.*\/)?grep: (\/.*): ([^:]+)$/.exec(line)
      if (match !== null) failures.set(match[1] ?? '', match[2] ?? '')
      continue
    }
    // Lines of a file come one behind the other.
    if (at !== path.length || !line.startsWith(path)) {
      path = line.slice(0, at)
      current = []
      // A file that two patterns match is read twice: the first time counts.
      if (!lines.has(path)) lines.set(path, current)
    }
    current.push(line.slice(at + 1))
  }
  const cutAt = cut ? path : null
  const clean = maySecret(text) ? redact : (same: string): string => same
  const files = answers({ lines, failures, asked, cutAt, clean })
  const someCut = [...files.values()].some((answer) => answer.status === 'read' && answer.truncated)
  return { files, cutAt, someCut }
}

interface ReadLines {
  lines: ReadonlyMap<string, string[]>
  failures: ReadonlyMap<string, string>
  asked: readonly string[]
  cutAt: string | null
  clean: (text: string) => string
}

function answers({ lines, failures, asked, cutAt, clean }: ReadLines): Map<string, FileAnswer> {
  const files = new Map<string, FileAnswer>()
  for (const [path, content] of lines) {
    if (path === separator && !asked.includes(path)) continue
    const truncated = content.length >= maxLines || path === cutAt
    files.set(path, { status: 'read', text: clean(`${content.join('\n')}\n`), truncated })
  }
  for (const [path, message] of failures) {
    if (isPattern(path) && message.startsWith('No such file')) continue
    if (!files.has(path)) files.set(path, failure(message))
  }
  for (const path of asked) {
    if (isPattern(path) || files.has(path)) continue
    const lost = cutAt !== null
    files.set(
      path,
      lost
        ? { status: 'failed', message: 'the output was cut before it' }
        : { status: 'read', text: '', truncated: false },
    )
  }
  return files
}

function failure(message: string): FileAnswer {
  if (message === 'No such file or directory' || message === 'Not a directory') return { status: 'missing' }
  if (message === 'Permission denied' || message === 'Operation not permitted') return { status: 'denied' }
  return { status: 'failed', message }
}

const kinds: Readonly<Record<string, PathAnswer['kind']>> = { f: 'file', d: 'directory', l: 'link' }

/** Reads the lines of `find -printf '%y\t%s\t%p\t%l\n'`. */
export function readPaths(text: string): ReadonlyMap<string, PathAnswer> {
  const paths = new Map<string, PathAnswer>()
  for (const line of text.split('\n')) {
    const match = /^([^!-])\t(\d+)\t(\/[^\t]*)\t(.*)$/.exec(line)
    if (match === null) continue
    const [, kind = '', size, path = '', target = ''] = match
    paths.set(path, {
      kind: kinds[kind] ?? 'other',
      sizeBytes: Number(size),
      target: kind === 'l' ? target : null,
    })
  }
  return paths
}

/** A directory that the login may not look into; `search` = nothing below it can be seen, `list` = only known names. */
export interface HiddenDirectory {
  path: string
  missing: 'search' | 'list'
}

/** Reads the lines `!` (may not be searched) and `-` (may not be listed) that the lister adds without root. */
export function readHidden(text: string): readonly HiddenDirectory[] {
  const found = new Map<string, HiddenDirectory>()
  for (const [, mark, path = ''] of text.matchAll(/^([!-])\t0\t(\/[^\t\n]*)\t$/gm)) {
    if (mark === '!' || !found.has(path)) {
      found.set(path, { path, missing: mark === '!' ? 'search' : 'list' })
    }
  }
  return [...found.values()]
}

/** The directories that hide a path, or what a pattern could match. */
export function hiding(pattern: string, directories: readonly HiddenDirectory[]): readonly string[] {
  const wanted = pattern.split('/')
  return directories.flatMap(({ path, missing }) => {
    const own = path.split('/')
    const next = wanted[own.length]
    if (next === undefined || !own.every((segment, index) => fits(segment, wanted[index] ?? ''))) return []
    return missing === 'search' || isPattern(next) ? [path] : []
  })
}

function fits(segment: string, wanted: string): boolean {
  return isPattern(wanted) ? globToRegExp(wanted).test(segment) : segment === wanted
}

export interface InputParts {
  stdout: string
  exitCode: number
  files: ReadonlyMap<string, FileAnswer>
  paths: ReadonlyMap<string, PathAnswer>
  hiddenDirectories: readonly HiddenDirectory[]
  privilege: CollectorInput['privilege']
  epochSeconds: number
  endEpochSeconds: number | null
  sentAtSeconds: number | null
  receivedAtSeconds: number | null
}

/** Gives the parts the shape that `parse` gets. */
export function inputOf(parts: InputParts): CollectorInput {
  return {
    ...parts,
    matching: (pattern) => matches(parts.files, pattern),
    pathsMatching: (pattern) => matches(parts.paths, pattern),
    hidden: (path) => hiding(path, parts.hiddenDirectories).length > 0,
    text: (path) => textOf(parts.files.get(path), path),
    atMost: (list, limit) => list.slice(0, limit),
  }
}

/** `atMost` of a collector's input; what it leaves out is added to `remarks`. */
export function noting(remarks: string[]): CollectorInput['atMost'] {
  return (list, limit, what) => {
    if (list.length > limit) remarks.push(`only the first ${limit} of ${list.length} ${what} are held`)
    return list.slice(0, limit)
  }
}

const sortedKeys = new WeakMap<ReadonlyMap<string, unknown>, readonly string[]>()

/** Only the keys that begin as the pattern does meet the regular expression: they lie side by side when sorted. */
function matches(map: ReadonlyMap<string, unknown>, pattern: string): readonly string[] {
  const keys = sortedKeys.get(map) ?? [...map.keys()].sort()
  sortedKeys.set(map, keys)
  const prefix = pattern.slice(0, Math.max(0, pattern.search(/[*?[]/)))
  const expression = globToRegExp(pattern)
  const found: string[] = []
  for (let index = firstFrom(keys, prefix); index < keys.length; index += 1) {
    const key = keys[index] ?? ''
    if (!key.startsWith(prefix)) break
    if (expression.test(key)) found.push(key)
  }
  return found
}

function firstFrom(keys: readonly string[], prefix: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((keys[middle] ?? '') < prefix) low = middle + 1
    else high = middle
  }
  return low
}

function textOf(answer: FileAnswer | undefined, path: string): string | undefined {
  if (answer === undefined) throw new Error(`The collector did not ask for ${path}.`)
  if (answer.status === 'read') return answer.text
  if (answer.status === 'missing') return undefined
  if (answer.status === 'denied') throw new FactGap('permission-denied', `${path}: permission denied`)
  throw new FactGap('failed', `${path}: ${answer.message}`)
}
