import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { spacedOut } from '../../src/steps/spaced-out.ts'

it('tells at once, again only after a pause, and not often in hours', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 3000 }),
      (pauses) => {
        let nowMs = 0
        const told: number[] = []
        const now = spacedOut({ monotonicMs: () => nowMs })
        for (const pause of pauses) {
          now(() => void told.push(nowMs))
          nowMs += pause
        }
        expect(told[0]).toBe(0)
        for (const [index, at] of told.slice(1).entries())
          expect(at - told[index]!).toBeGreaterThanOrEqual(5000)
        expect(told.length).toBeLessThanOrEqual(10 + nowMs / 60_000)
      },
    ),
  )
})
