import type { CollectorInput, FactWithNote } from '../model/collector.ts'

/** The first line of a small file (sysfs, procfs), trimmed; null when it is missing, unreadable or empty. */
export function lineOf(input: CollectorInput, path: string): string | null {
  const answer = input.files.get(path)
  if (answer?.status !== 'read') return null
  const line = answer.text.split('\n', 1)[0]?.trim()
  return line === undefined || line === '' ? null : line
}

/** A whole number from a small file; null when there is none or it is too large to be exact. */
export function integerOf(input: CollectorInput, path: string): number | null {
  return integer(lineOf(input, path))
}

/** A whole number in decimal; null for anything else. */
export function integer(text: string | null | undefined): number | null {
  if (text === null || text === undefined || !/^-?\d{1,16}$/.test(text)) return null
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : null
}

/** `Y`/`N`, `1`/`0`, `enabled`/`disabled` of a module parameter or sysfs switch. */
export function switchOf(input: CollectorInput, path: string): boolean | null {
  const word = lineOf(input, path)?.toLowerCase()
  if (word === undefined) return null
  if (['y', '1', 'on', 'enabled'].includes(word)) return true
  return ['n', '0', 'off', 'disabled'].includes(word) ? false : null
}

/** The value, with a note that names the paths which the login may not read. */
export function noteDenied<T>(
  input: CollectorInput,
  paths: readonly string[],
  value: T,
): T | FactWithNote<T> {
  const denied = paths.filter((path) => input.files.get(path)?.status === 'denied')
  if (denied.length === 0) return value
  const more = denied.length > 3 ? ` and ${denied.length - 3} more` : ''
  return { value, degraded: `not allowed to read ${denied.slice(0, 3).join(', ')}${more}` }
}

/** The last segment of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Non-empty lines. */
export function linesIn(text: string | undefined): string[] {
  return (text ?? '').split('\n').filter((line) => line.trim() !== '')
}

/** Path and text of every file of the patterns that could be read, in the order of the patterns. */
export function readTexts(input: CollectorInput, patterns: readonly string[]): [string, string][] {
  return patterns
    .flatMap((pattern) => input.matching(pattern))
    .flatMap((path): [string, string][] => {
      const answer = input.files.get(path)
      return answer?.status === 'read' ? [[path, answer.text]] : []
    })
}
