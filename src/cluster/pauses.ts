import type { AnswerKind } from './classify-answer.ts'

/** What came of one try: an answer, or `away` when there was none. */
export type TryKind = AnswerKind | 'away'

/** What is known when a try has failed. */
export interface Failure {
  kind: TryKind
  /** Tries of this kind in a row, this one included. */
  tries: number
  /** Since the first try that failed. */
  elapsedMs: number
  retryAfterMs: number | undefined
  /** Between 0 and 1. */
  random: number
}

interface Backoff {
  firstMs: number
  lastMs: number
  /** Without: as long as the patience lasts. */
  tries?: number
}

/** Ten minutes: a control-plane node may be replaced meanwhile. */
export const patienceMs = 600_000

const away: Backoff = { firstMs: 1000, lastMs: 30_000 }

/** What is worth repeating, by nodes.md 2.2; everything else is an answer. */
const backoffs: Partial<Record<TryKind, Backoff>> = {
  away,
  hiccup: away,
  throttled: away,
  conflict: { firstMs: 200, lastMs: 3000, tries: 5 },
  'webhook-failed': { firstMs: 500, lastMs: 16_000, tries: 5 },
  misconfigured: { firstMs: 1000, lastMs: 1000, tries: 2 },
}

/** Milliseconds until the next try, undefined when this answer is the last. */
export function pauseAfter(failure: Failure, patience = patienceMs): number | undefined {
  const backoff = backoffs[failure.kind]
  if (backoff === undefined) return undefined
  const { firstMs, lastMs, tries = Number.POSITIVE_INFINITY } = backoff
  if (failure.tries >= tries) return undefined
  const plain = Math.min(lastMs, firstMs * 2 ** (failure.tries - 1))
  const pause = Math.max(Math.round(plain * (0.8 + 0.4 * failure.random)), failure.retryAfterMs ?? 0)
  return failure.elapsedMs + pause > patience ? undefined : pause
}
