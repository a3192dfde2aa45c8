import type { JournalEvent } from '../model/journal-record.ts'
import type { Plan } from '../model/plan.ts'
import type { StepName } from '../model/step-names.ts'
import type { MeasuredSteps } from './step-estimates.ts'

/** One attempt of a step that was done, from the record before its act to the one after its verification. */
export interface StepAttempt {
  uses: StepName
  /** Number of the record of its end: the newest is the highest. */
  seq: number
  ms: number
}

/**
 * Fewer say nothing of a P90: of seven the longest is at or above the real one more often than not (1 - 0.9^7 = 52 %), of six
 * it is not (47 %).
 */
const fewestSamples = 7
/** Older ones are of other machines and another network; a hundred give a P90 with ten above it. */
const mostSamples = 100

/** Their time goes with the bytes of a node, and others' tell nothing of it. */
const byBytes: ReadonlySet<StepName> = new Set(['data.park', 'data.restore'])

/**
 * Attempts that were done, of the events of one run in their order. Left out are those in which the run was gone on with, or the
 * lock taken over (`takeovers`: numbers of the last records before): nobody was at work for a part of their time; those of a way
 * back: it is another system that comes; what was found done; and those in which the clock went backwards.
 */
export function doneAttempts(events: Iterable<JournalEvent>, takeovers: readonly number[]): StepAttempt[] {
  const done: StepAttempt[] = []
  const open = new Map<string, { seq: number; atMs: number; attempt: number }>()
  const goingBack = new Set<string | null>()
  for (const { seq, at, node, body } of events) {
    if (body.type === 'run-resumed') open.clear()
    if (body.type === 'node-rolling-back') goingBack.add(node)
    if (body.type === 'node-started') goingBack.delete(node)
    if (body.type !== 'step-started' && body.type !== 'step-done') continue
    const key = JSON.stringify([node, body.index])
    const { attempt, uses } = body
    if (body.type === 'step-started') {
      open.set(key, { seq, atMs: Date.parse(at), attempt })
      continue
    }
    const begun = open.get(key)
    open.delete(key)
    if (begun?.attempt !== attempt || goingBack.has(node)) continue
    const ms = Date.parse(at) - begun.atMs
    if (ms < 0 || takeovers.some((after) => begun.seq <= after && after < seq)) continue
    done.push({ uses, seq, ms })
  }
  return done
}

/** P50 and P90 of every step with enough attempts, of the newest of them. */
export function measureSteps(attempts: readonly StepAttempt[]): MeasuredSteps {
  const newest = attempts.toSorted((a, b) => b.seq - a.seq)
  const bySteps = Map.groupBy(newest, ({ uses }) => uses)
  return Object.fromEntries(
    [...bySteps]
      .filter(([uses, all]) => all.length >= fewestSamples && !byBytes.has(uses))
      .map(([uses, all]) => {
        const times = all.slice(0, mostSamples).map(({ ms }) => ms)
        const sorted = times.toSorted((a, b) => a - b)
        return [uses, { p50Ms: rank(sorted, 50), p90Ms: rank(sorted, 90), samples: sorted.length }]
      }),
  )
}

/** What a plan was made with: with it the same plan is made again, whatever was measured since. */
export function measuredOf({ nodes }: Plan): MeasuredSteps {
  return Object.fromEntries(
    nodes
      .flatMap(({ steps }) => steps)
      .flatMap(({ uses, estimate: { basis, ...times } }) => (basis === 'measured' ? [[uses, times]] : [])),
  )
}

/** Nearest rank: the least of the values that so many of a hundred do not exceed. */
function rank(sorted: readonly number[], percent: number): number {
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? 0
}
