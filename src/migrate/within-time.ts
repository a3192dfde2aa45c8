import type { Clock } from '../model/ports.ts'
import { StepError } from '../model/step-error.ts'
import type { Wait } from '../steps/wake.ts'
import { stepStuck } from './failure-rules.ts'

const over = new Error('it has settled')

/** What was told to end and has not settled after so long is left alone. */
const settleMs = 30_000

export interface TimeLimit {
  clock: Clock
  wait: Wait
  /** On the clock that never jumps. */
  deadlineMs: number
  /** What is thrown when the time is over. */
  late: () => StepError
  /** Ends it before its time; its reason is thrown. */
  signal: AbortSignal
}

/**
 * Runs work until it settles, its time is over, or the signal aborts. Work that does not settle then is left with a STEP_STUCK
 * error, which comes before every other: it may go on, and whoever called must not act beside it.
 */
export async function withinTime<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { clock, wait, deadlineMs, late, signal }: TimeLimit,
): Promise<T> {
  signal.throwIfAborted()
  if (clock.monotonicMs() >= deadlineMs) throw late()
  const limit = new AbortController()
  const settled = new AbortController()
  const both = AbortSignal.any([signal, limit.signal])
  const timer = async (): Promise<void> => {
    await wait(Math.max(0, deadlineMs - clock.monotonicMs()), settled.signal)
    limit.abort(late())
  }
  const stuck = async (): Promise<never> => {
    await aborted(both, settled.signal)
    await wait(settleMs, settled.signal)
    throw new StepError('unknown', `it did not end in ${settleMs / 1000} s after it was told to`, {
      code: stepStuck,
      cause: both.reason,
    })
  }
  const ignore = (): void => undefined
  timer().catch(ignore)
  const watching = stuck()
  watching.catch(ignore)
  try {
    return await Promise.race([work(both), watching])
  } catch (error) {
    const isStuck = error instanceof StepError && error.code === stepStuck
    throw both.aborted && !isStuck ? both.reason : error
  } finally {
    settled.abort(over)
    // What it has left running ends, too.
    limit.abort(over)
  }
}

/** Resolves when the signal aborts; rejects when nobody needs to know any more. */
async function aborted(signal: AbortSignal, until: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  if (signal.aborted) return
  signal.addEventListener('abort', () => resolve(), { once: true, signal: until })
  until.addEventListener('abort', () => reject(over), { once: true })
  await promise
}
