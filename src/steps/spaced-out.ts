import type { Clock } from '../model/ports.ts'

/** Of what happens all the time, lets through so little that a journal stays small: each pause is longer than the last. */
export interface Spacing {
  firstMs: number
  longestMs: number
}

const usual: Spacing = { firstMs: 5000, longestMs: 120_000 }

/** Calls back at once, and then ever more seldom: some 150 times in four hours. */
export function spacedOut(
  clock: Pick<Clock, 'monotonicMs'>,
  { firstMs, longestMs }: Spacing = usual,
): (tell: () => void) => void {
  let nextMs = -Infinity
  let pauseMs = firstMs
  return (tell) => {
    const nowMs = clock.monotonicMs()
    if (nowMs < nextMs) return
    if (nextMs !== -Infinity) pauseMs = Math.min(longestMs, pauseMs * 1.5)
    nextMs = nowMs + pauseMs
    tell()
  }
}
