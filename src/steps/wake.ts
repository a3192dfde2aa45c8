import type { Clock } from '../model/ports.ts'

/** Waits without a clock of its own; ends early when the signal does. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>

/** Something has changed: whoever waits looks again. */
export interface Wake {
  notify(): void
  /** Resolves at the next change, or at the time; rejects with the signal's reason. */
  changed(untilMs: number | undefined, signal: AbortSignal): Promise<void>
}

/** Made once: an error with its stack for each wait is most of what a wait costs. */
const noMore = new Error('nobody waits for this time any more')

/** A timer that is longer fires at once: 2^31 ms, nearly 25 days. */
const longestMs = 2 ** 31 - 1

export function createWake(clock: Clock, wait: Wait): Wake {
  let next = Promise.withResolvers<void>()

  async function timeOf(untilMs: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const leftMs = Math.max(0, untilMs - clock.monotonicMs())
      await wait(Math.min(longestMs, leftMs), signal)
      if (leftMs <= longestMs) return
    }
  }

  return {
    notify(): void {
      const { resolve } = next
      next = Promise.withResolvers()
      resolve()
    },
    async changed(untilMs, signal): Promise<void> {
      signal.throwIfAborted()
      const change = next.promise
      const timer = new AbortController()
      const ended = Promise.withResolvers<void>()
      const end = (): void => ended.resolve()
      signal.addEventListener('abort', end, { once: true })
      const time =
        untilMs === undefined ? ended.promise : timeOf(untilMs, timer.signal).catch(() => undefined)
      try {
        await Promise.race([change, ended.promise, time])
      } finally {
        signal.removeEventListener('abort', end)
        timer.abort(noMore)
      }
      signal.throwIfAborted()
    },
  }
}
