import type { WriteAnswer } from '../model/cluster-port.ts'

/** What an answer to an eviction means for its pod. */
export type AnswerEffect =
  /** Taken: wait until it is gone. */
  | { effect: 'sent' }
  /** That pod is no more; the watch tells when it has not yet. */
  | { effect: 'gone' }
  /** Nothing is sent for this budget before its next event, or this time. */
  | { effect: 'budget'; retryInMs: number; isBehind: boolean }
  | { effect: 'retry'; inMs: number }
  | { effect: 'failed'; message: string }

/** Seconds to wait for an event of the budget before one try without it; spread by 20 % so that tries do not meet. */
const budgetRetryMs = 30_000
const conflictTries = 5
const namespaceRetryMs = 5000
const namespaceTries = 120

/**
 * Sources: section 2.2 of the notes on eviction, https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/.
 * `spread` is from 0 to 1, `tries` counts the answers of this kind so far.
 */
export function answerEffect(
  answer: WriteAnswer,
  { tries, spread }: { tries: number; spread: number },
): AnswerEffect {
  switch (answer.outcome) {
    case 'done':
      return { effect: 'sent' }
    case 'gone':
      return { effect: 'gone' }
    // Another pod of that name is there now, and none of ours before the watch has told of it.
    case 'replaced':
      return { effect: 'gone' }
    case 'conflict':
      if (tries >= conflictTries) return { effect: 'failed', message: answer.message }
      return { effect: 'retry', inMs: Math.min(3000, 200 * 2 ** tries) }
    case 'budget': {
      const leastMs = answer.retryAfterMs ?? 0
      const ms = answer.processing ? Math.max(10_000, leastMs) : Math.max(budgetRetryMs, leastMs)
      const retryInMs = Math.round(ms * (0.8 + 0.4 * spread))
      return { effect: 'budget', retryInMs, isBehind: answer.processing }
    }
    case 'namespace-terminating':
      if (tries >= namespaceTries) return { effect: 'failed', message: answer.message }
      return { effect: 'retry', inMs: namespaceRetryMs }
    case 'misconfigured':
    case 'refused':
      return { effect: 'failed', message: answer.message }
    default:
      return answer satisfies never
  }
}
