import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../src/model/ports.ts'
import type { Wait } from '../../src/steps/wake.ts'

/** A clock that stands still until everybody waits, and then goes to the next time that somebody waits for. */
export interface VirtualClock extends Clock {
  wait: Wait
  /** Does something at a later time. */
  after(ms: number, act: () => void): void
  /** Sets the clock on the wall forward, or back. */
  jump(ms: number): void
  /** Runs until the work ends, or nobody waits for a time any more, or the time is over; tells whether the work has ended. */
  run(work: Promise<unknown>, mostMs: number): Promise<boolean>
}

interface Timer {
  atMs: number
  act: () => void
}

/** Turns of the event loop after which nothing happens by itself any more. */
const quietTurns = 8

export function virtualClock(): VirtualClock {
  const timers = new Set<Timer>()
  let nowMs = 0
  let jumpedMs = 0
  const add = (ms: number, act: () => void): Timer => {
    const timer = { atMs: nowMs + Math.max(0, ms), act }
    timers.add(timer)
    return timer
  }
  return {
    now: () => new Date(Date.UTC(2026, 0, 1) + nowMs + jumpedMs).toISOString(),
    monotonicMs: () => nowMs,
    async wait(ms, signal): Promise<void> {
      signal.throwIfAborted()
      const ended = Promise.withResolvers<void>()
      const timer = add(ms, ended.resolve)
      const abort = (): void => {
        timers.delete(timer)
        ended.reject(signal.reason as Error)
      }
      signal.addEventListener('abort', abort, { once: true })
      await ended.promise.finally(() => signal.removeEventListener('abort', abort))
    },
    after(ms, act): void {
      add(ms, act)
    },
    jump(ms): void {
      jumpedMs += ms
    },
    async run(work, mostMs): Promise<boolean> {
      let isDone = false
      const watching = (async (): Promise<void> => {
        await work.catch(() => undefined)
        isDone = true
      })()
      for (;;) {
        for (let turn = 0; turn < quietTurns; turn += 1) await setImmediate()
        if (isDone) {
          await watching
          return true
        }
        const next = [...timers].sort((a, b) => a.atMs - b.atMs)[0]
        if (next === undefined || next.atMs > mostMs) return false
        timers.delete(next)
        nowMs = next.atMs
        next.act()
      }
    },
  }
}
