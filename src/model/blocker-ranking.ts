import { compareText } from './compare-text.ts'
import type { BlockerRank, BlockerRanking, FixStep } from './report.ts'

/** A host that is BLOCKED on one line: the checks that block it, and whether it would be UNKNOWN without them. */
export interface BlockedHost {
  blockers: readonly string[]
  unknownOtherwise: boolean
}

interface Pattern {
  keys: readonly string[]
  hosts: number
  unknown: number
}

/** Sets of blockers looked at as the next step; the most frequent first, so that huge fleets stay quick. */
const candidates = 200

/**
 * Ranks blockers by the hosts they stop, and finds which few fixes unblock the most hosts: hosts with the same set of
 * blockers are one pattern, and each step completes the pattern that frees the most hosts for each thing to fix.
 */
export function rankBlockers(hosts: Iterable<BlockedHost>): BlockerRanking {
  const patterns = groupByPattern(hosts)
  const blockers = rankSingly(patterns)
  const order = new Map(blockers.map(({ key }, index) => [key, index]))
  return {
    blockedHosts: patterns.reduce((sum, { hosts }) => sum + hosts, 0),
    blockers,
    steps: greedySteps(patterns, order),
  }
}

/** A check in the order of fixing: the hosts it blocks, and those unblocked once it and the ones before it are fixed. */
export interface FixRow {
  key: string
  blocks: number
  unblockedSoFar: number
}

/** The steps of a ranking check by check, for lists that show one check a row. */
export function fixOrder(hosts: readonly BlockedHost[]): { blockedHosts: number; rows: FixRow[] } {
  const { blockedHosts, blockers, steps } = rankBlockers(hosts)
  const blocks = new Map(blockers.map(({ key, hosts }) => [key, hosts]))
  const open = groupByPattern(hosts).map(({ keys, hosts }) => ({ left: new Set(keys), hosts }))
  let unblockedSoFar = 0
  const rows = steps
    .flatMap(({ fixes }) => fixes)
    .map((key): FixRow => {
      for (const { left, hosts } of open) if (left.delete(key) && left.size === 0) unblockedSoFar += hosts
      return { key, blocks: blocks.get(key) ?? 0, unblockedSoFar }
    })
  return { blockedHosts, rows }
}

function groupByPattern(hosts: Iterable<BlockedHost>): readonly Pattern[] {
  const patterns = new Map<string, Pattern>()
  for (const { blockers, unknownOtherwise } of hosts) {
    const keys = [...new Set(blockers)].sort()
    if (keys.length === 0) continue
    const id = keys.join('\n')
    const known = patterns.get(id) ?? { keys, hosts: 0, unknown: 0 }
    known.hosts += 1
    known.unknown += unknownOtherwise ? 1 : 0
    patterns.set(id, known)
  }
  return [...patterns.values()].sort(
    (a, b) => b.hosts - a.hosts || compareText(a.keys.join('\n'), b.keys.join('\n')),
  )
}

function rankSingly(patterns: readonly Pattern[]): BlockerRank[] {
  const ranks = new Map<string, BlockerRank>()
  for (const { keys, hosts } of patterns) {
    for (const key of keys) {
      const rank = ranks.get(key) ?? { key, hosts: 0, alone: 0 }
      rank.hosts += hosts
      rank.alone += keys.length === 1 ? hosts : 0
      ranks.set(key, rank)
    }
  }
  return [...ranks.values()].sort(
    (a, b) => b.hosts - a.hosts || b.alone - a.alone || compareText(a.key, b.key),
  )
}

function greedySteps(patterns: readonly Pattern[], order: ReadonlyMap<string, number>): FixStep[] {
  const steps: FixStep[] = []
  const fixed = new Set<string>()
  let open = patterns
  let hostsSoFar = 0
  let unknownSoFar = 0
  while (open.length > 0) {
    const fixes = bestNext(open, fixed)
    for (const key of fixes) fixed.add(key)
    const freed = open.filter(({ keys }) => keys.every((key) => fixed.has(key)))
    open = open.filter(({ keys }) => keys.some((key) => !fixed.has(key)))
    const hosts = freed.reduce((sum, pattern) => sum + pattern.hosts, 0)
    hostsSoFar += hosts
    unknownSoFar += freed.reduce((sum, pattern) => sum + pattern.unknown, 0)
    steps.push({
      fixes: [...fixes].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)),
      fixesSoFar: fixed.size,
      hosts,
      hostsSoFar,
      unknownSoFar,
    })
  }
  return steps
}

/** The missing keys of the pattern that frees the most hosts for each fix; ties go to the fewer fixes. */
function bestNext(open: readonly Pattern[], fixed: ReadonlySet<string>): readonly string[] {
  let best: { keys: readonly string[]; gain: number } | undefined
  for (const { keys } of open.slice(0, candidates)) {
    const missing = keys.filter((key) => !fixed.has(key))
    const after = new Set([...fixed, ...missing])
    let gain = 0
    for (const other of open) if (other.keys.every((key) => after.has(key))) gain += other.hosts
    const better =
      best === undefined ||
      gain * best.keys.length > best.gain * missing.length ||
      (gain * best.keys.length === best.gain * missing.length && missing.length < best.keys.length)
    if (better) best = { keys: missing, gain }
  }
  return best?.keys ?? []
}
