import { assert, integer, property } from 'fast-check'
import { expect, it } from 'vitest'
import { ageText } from '../../src/cli/age-text.ts'

it.each([
  [-1, '0s'],
  [59_999, '59s'],
  [65_000, '1m05s'],
  [3_600_000, '1h00m'],
  [86_400_000 + 4 * 3_600_000, '1d04h'],
])('writes %s ms as %s', (ms, text) => {
  expect(ageText(ms)).toBe(text)
})

it('is never longer than eight characters within a year, and starts with the largest unit', () => {
  assert(
    property(integer({ min: 0, max: 365 * 86_400_000 }), (ms) => {
      expect(ageText(ms)).toMatch(/^\d+(?:s|m\d\ds|h\d\dm|d\d\dh)$/)
      expect(ageText(ms).length).toBeLessThanOrEqual(8)
    }),
  )
})
