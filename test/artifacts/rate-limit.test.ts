import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { owed } from '../../src/artifacts/rate-limit.ts'

it('lets no more through than the rate allows, and asks for no longer pauses than that needs', () => {
  const step = fc.record({
    addedBytes: fc.integer({ min: 1, max: 100_000 }),
    passedMs: fc.integer({ min: 0, max: 5000 }),
  })
  const steps = fc.array(step, { minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(steps, fc.integer({ min: 1000, max: 1_000_000 }), (taken, bytesPerSecond) => {
      let nowMs = 0
      let sentBytes = 0
      let waitedMs = 0
      let debt = { bytes: 0, atMs: 0 }
      for (const { addedBytes, passedMs } of taken) {
        nowMs += passedMs
        debt = owed(debt, { bytesPerSecond, nowMs, addedBytes })
        const waitMs = (debt.bytes * 1000) / bytesPerSecond
        nowMs += waitMs
        waitedMs += waitMs
        sentBytes += addedBytes
        expect(sentBytes).toBeLessThanOrEqual(((bytesPerSecond * nowMs) / 1000) * 1.001)
      }
      expect(waitedMs).toBeLessThanOrEqual(((sentBytes * 1000) / bytesPerSecond) * 1.001)
    }),
  )
})

it('does not save up the time in which nothing came', () => {
  const debt = owed({ bytes: 0, atMs: 0 }, { bytesPerSecond: 1000, nowMs: 3_600_000, addedBytes: 500 })
  expect(debt).toEqual({ bytes: 500, atMs: 3_600_000 })
})
