import type { CollectorInput, FactWithNote } from '../model/collector.ts'
import { FactGap } from '../model/collector.ts'
import { distinct } from './marked.ts'

/** Files that were read, in the order of the patterns, and a way to say which could not be. */
export interface Readable {
  texts: ReadonlyMap<string, string>
  /** The value as it is, or with a note naming the files that were denied or failed; those that were cut are noted of every fact. */
  note: <T>(value: T) => T | FactWithNote<T>
}

/** Adds a remark to a value, beside the one it may have; null adds nothing. */
export function withRemark<T extends object>(
  given: T | FactWithNote<T>,
  remark: string | null,
): T | FactWithNote<T> {
  if (remark === null) return given
  return isNoted(given)
    ? { value: given.value, degraded: `${given.degraded}; ${remark}` }
    : { value: given, degraded: remark }
}

function isNoted<T extends object>(given: T | FactWithNote<T>): given is FactWithNote<T> {
  return 'degraded' in given && 'value' in given
}

/** The files of a collector that could be read; throws a FactGap when there are some and none could. */
export function readable(input: CollectorInput, patterns: readonly string[]): Readable {
  const paths = distinct(
    patterns.flatMap((pattern) => (pattern.includes('*') ? input.matching(pattern) : [pattern])),
  )
  const texts = new Map<string, string>()
  const denied: string[] = []
  const failed: string[] = []
  for (const path of paths) {
    const answer = input.files.get(path)
    if (answer?.status === 'read') texts.set(path, answer.text)
    if (answer?.status === 'denied') denied.push(path)
    if (answer?.status === 'failed') failed.push(path)
  }
  if (texts.size === 0 && denied.length > 0)
    throw new FactGap('permission-denied', `not allowed to read ${some(denied)}`)
  if (texts.size === 0 && failed.length > 0) throw new FactGap('failed', `could not read ${some(failed)}`)
  const notes = [
    ...(denied.length > 0 ? [`not allowed to read ${some(denied)}`] : []),
    ...(failed.length > 0 ? [`could not read all of ${some(failed)}`] : []),
  ]
  return {
    texts,
    note: (value) => (notes.length === 0 ? value : { value, degraded: notes.join('; ') }),
  }
}

function some(paths: readonly string[]): string {
  const more = paths.length - 3
  return paths.slice(0, 3).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
