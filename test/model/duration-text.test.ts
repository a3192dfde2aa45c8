import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durationText, durationTextMs } from '../../src/model/duration-text.ts'
import { DurationText } from '../../src/model/playbook.ts'

describe('lengths of time in playbooks', () => {
  it.each([
    ['30s', 30_000],
    ['20m', 1_200_000],
    ['2h', 7_200_000],
    ['1h30m', 5_400_000],
    ['1h1m1s', 3_661_000],
    ['0s', 0],
  ])('%s is %i ms', (text, ms) => {
    expect(durationTextMs(text)).toBe(ms)
  })

  it.each(['', '5', '5 m', '1m1h', '1.5h', '-1s', '1d', '１s', '1000000h', '1h\n'])(
    '%j is no length of time, for the schema either',
    (text) => {
      expect(durationTextMs(text)).toBeUndefined()
      expect(DurationText.safeParse(text).success).toBe(false)
    },
  )

  it('reads what it writes, to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300_000_000 }), (ms) => {
        const text = durationText(ms)
        expect(DurationText.safeParse(text).success).toBe(true)
        expect(durationTextMs(text)).toBe(ms - (ms % 1000))
      }),
    )
  })
})
