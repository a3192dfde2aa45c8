import { unlessAborted } from '../model/unless-aborted.ts'

/** A clock that never jumps, and sleep that counts by it; injected so that tests own time. */
export interface WriteClock {
  nowMs(): number
  /** Rejects when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export interface BucketLimits {
  perSecond: number
  burst: number
}

/** One token bucket for every write of a connection. */
export interface WriteBucket {
  /** Resolves when a write may be sent, in the order of the calls. Rejects when the signal aborts. */
  take(signal: AbortSignal): Promise<void>
  /** The server has too much to do: half the rate, and nothing at all for `retryAfterMs`. */
  slowDown(retryAfterMs: number): void
  /** Writes a second that are allowed now. */
  rate(): number
}

/** client-go's default is 5/s and 10, which is what makes `kubectl drain` slow; priority and fairness protects the server. */
const defaultLimits: BucketLimits = { perSecond: 80, burst: 50 }

/** Never slower than one write a second. */
const slowestPerSecond = 1
/** Part of the full rate that a second without an overload gives back: as TCP does, halved at once and won back slowly. */
const recoveryPart = 1 / 20
/** Answers of one overload come together and halve the rate once. */
const oneOverloadMs = 1000

/** Makes a bucket that starts full. */
export function createWriteBucket(
  clock: WriteClock,
  { perSecond, burst }: BucketLimits = defaultLimits,
): WriteBucket {
  let tokens = burst
  let rate = perSecond
  let filledAt = clock.nowMs()
  let slowedAt = Number.NEGATIVE_INFINITY
  let closedUntil = Number.NEGATIVE_INFINITY
  let last: Promise<void> = Promise.resolve()

  function refill(): void {
    const now = clock.nowMs()
    // What the server asked us to stay away for fills nothing and recovers nothing.
    const seconds = Math.max(0, now - Math.max(filledAt, closedUntil)) / 1000
    tokens = Math.min(burst, tokens + rate * seconds)
    rate = Math.min(perSecond, rate + perSecond * recoveryPart * seconds)
    filledAt = now
  }

  async function waitForToken(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      refill()
      const closedMs = closedUntil - clock.nowMs()
      if (closedMs <= 0 && tokens >= 1) {
        tokens -= 1
        return
      }
      // Looked at again after the sleep: the bucket may have been slowed down meanwhile.
      await clock.sleep(Math.max(1, closedMs, ((1 - tokens) / rate) * 1000), signal)
    }
  }

  return {
    take(signal): Promise<void> {
      const turn = last.then(() => waitForToken(signal))
      // One that gives up leaves its place to the next.
      last = turn.catch(() => undefined)
      // Nobody whose signal has aborted waits for those before him.
      return unlessAborted(turn, signal)
    },
    slowDown(retryAfterMs): void {
      refill()
      const now = clock.nowMs()
      if (now - slowedAt >= oneOverloadMs) {
        rate = Math.max(Math.min(slowestPerSecond, perSecond), rate / 2)
        slowedAt = now
      }
      tokens = Math.min(tokens, 1)
      closedUntil = Math.max(closedUntil, now + retryAfterMs)
    },
    rate(): number {
      refill()
      return rate
    },
  }
}
