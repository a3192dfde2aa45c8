import type { CollectorInput, FileAnswer, PathAnswer } from '../../src/model/collector.ts'
import { globToRegExp } from '../../src/facts/glob.ts'
import { hiding } from '../../src/facts/input.ts'
import { FactGap } from '../../src/model/collector.ts'

/** What a collector's parse gets, from plain values: the same rules as a real answer (denied files throw). */
export function collectorInput(
  given: {
    stdout?: string
    exitCode?: number
    files?: Readonly<Record<string, string | FileAnswer>>
    paths?: Readonly<Record<string, PathAnswer | PathAnswer['kind']>>
    links?: Readonly<Record<string, string>>
    privilege?: CollectorInput['privilege']
    /** Directories that cannot be searched. */
    hidden?: readonly string[]
    clocks?: Partial<
      Pick<CollectorInput, 'epochSeconds' | 'endEpochSeconds' | 'sentAtSeconds' | 'receivedAtSeconds'>
    >
  } = {},
): CollectorInput {
  const files = new Map(
    Object.entries(given.files ?? {}).map(([path, answer]): [string, FileAnswer] => [
      path,
      typeof answer === 'string' ? { status: 'read', text: answer, truncated: false } : answer,
    ]),
  )
  const paths = new Map<string, PathAnswer>([
    ...Object.entries(given.paths ?? {}).map(([path, answer]): [string, PathAnswer] => [
      path,
      typeof answer === 'string' ? { kind: answer, sizeBytes: 0, target: null } : answer,
    ]),
    ...Object.entries(given.links ?? {}).map(([path, target]): [string, PathAnswer] => [
      path,
      { kind: 'link', sizeBytes: target.length, target },
    ]),
  ])
  const within = (keys: Iterable<string>, pattern: string): string[] =>
    [...keys].filter((path) => globToRegExp(pattern).test(path)).sort()
  return {
    stdout: given.stdout ?? '',
    exitCode: given.exitCode ?? 0,
    files,
    privilege: given.privilege ?? 'root',
    matching: (pattern) => within(files.keys(), pattern),
    paths,
    pathsMatching: (pattern) => within(paths.keys(), pattern),
    hidden: (path) =>
      hiding(
        path,
        (given.hidden ?? []).map((directory) => ({ path: directory, missing: 'search' })),
      ).length > 0,
    atMost: (list, limit) => list.slice(0, limit),
    epochSeconds: 1_700_000_000,
    endEpochSeconds: null,
    sentAtSeconds: null,
    receivedAtSeconds: 1_700_000_000,
    ...given.clocks,
    text(path) {
      const answer = files.get(path)
      if (answer === undefined || answer.status === 'missing') return undefined
      if (answer.status === 'read') return answer.text
      throw new FactGap(
        answer.status === 'denied' ? 'permission-denied' : 'failed',
        answer.status === 'failed' ? answer.message : `${path}: permission denied`,
      )
    },
  }
}
