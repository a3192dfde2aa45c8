import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { excerptOf, nameSome } from '../../src/model/excerpt.ts'

describe('excerptOf', () => {
  it('keeps what fits and counts the rest', () => {
    expect(excerptOf(['a', 'b'], 2)).toBe('a\nb')
    expect(excerptOf(['a', 'b', 'c'], 2)).toBe('a\nb\n(+1)')
    expect(excerptOf([])).toBe('')
  })

  it('never shows more lines than the limit and one for the count', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]*$/)),
        fc.integer({ min: 1, max: 20 }),
        (lines, limit) => {
          expect(excerptOf(lines, limit).split('\n').length).toBeLessThanOrEqual(limit + 1)
        },
      ),
    )
  })
})

describe('nameSome', () => {
  it('names the first ones and counts the rest', () => {
    expect(nameSome(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c, d, e')
    expect(nameSome(['a', 'b', 'c', 'd', 'e', 'f'])).toBe('a, b, c, d, e (+1)')
    expect(nameSome([])).toBe('')
  })
})
