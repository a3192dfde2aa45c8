import type { CollectorInput, FileAnswer } from '../../src/model/collector.ts'
import { FactGap } from '../../src/model/collector.ts'

/** What a collector's parse gets, from plain values: the same rules as a real answer (denied files throw). */
export function collectorInput(
  given: {
    stdout?: string
    exitCode?: number
    files?: Readonly<Record<string, string | FileAnswer>>
    privilege?: CollectorInput['privilege']
  } = {},
): CollectorInput {
  const files = new Map(
    Object.entries(given.files ?? {}).map(([path, answer]): [string, FileAnswer] => [
      path,
      typeof answer === 'string' ? { status: 'read', text: answer, truncated: false } : answer,
    ]),
  )
  return {
    stdout: given.stdout ?? '',
    exitCode: given.exitCode ?? 0,
    files,
    privilege: given.privilege ?? 'root',
    receivedAtSeconds: 1_700_000_000,
    matching(pattern) {
      const source = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '[^/]*')
      return [...files.keys()].filter((path) => new RegExp(`^${source}$`).test(path)).sort()
    },
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
