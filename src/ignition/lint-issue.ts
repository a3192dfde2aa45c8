import type { Text } from '../model/text.ts'
import type { IgnitionConfig } from './config.ts'

/** One thing that is wrong with a configuration. An error: it would fail, or do another thing than it says. */
export interface IgnitionIssue {
  severity: 'error' | 'warning'
  /** Stable name of the rule. */
  rule: string
  /** Where in the document: `storage`, `files`, 0, `mode`. */
  path: readonly PropertyKey[]
  message: Text
}

/** A rule looks at a whole configuration. */
export type LintRule = (config: IgnitionConfig) => IgnitionIssue[]

/** An error at a place. */
export function problem(rule: string, path: readonly PropertyKey[], message: Text): IgnitionIssue {
  return { severity: 'error', rule, path, message }
}

/** A warning at a place. */
export function doubt(rule: string, path: readonly PropertyKey[], message: Text): IgnitionIssue {
  return { severity: 'warning', rule, path, message }
}

/** Every item whose key an earlier one has, with its index. */
export function repeated<T>(items: readonly T[], keyOf: (item: T) => string): { item: T; index: number }[] {
  const seen = new Set<string>()
  return items.flatMap((item, index) => {
    const key = keyOf(item)
    if (seen.has(key)) return [{ item, index }]
    seen.add(key)
    return []
  })
}
