import { describe, expect, it } from 'vitest'
import { createWake } from '../../src/steps/wake.ts'
import { virtualClock } from './virtual-clock.ts'

describe('a wait', () => {
  it('of months is made of timers that are short enough to be timers', async () => {
    const clock = virtualClock()
    const asked: number[] = []
    const wake = createWake(clock, async (ms, signal) => {
      asked.push(ms)
      await clock.wait(ms, signal)
    })
    const untilMs = 5 * 2 ** 30
    const waiting = wake.changed(untilMs, new AbortController().signal)
    expect(await clock.run(waiting, untilMs)).toBe(true)
    expect(clock.monotonicMs()).toBe(untilMs)
    expect(asked).toHaveLength(3)
    expect(Math.max(...asked)).toBeLessThan(2 ** 31)
  })
})
