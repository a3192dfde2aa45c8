import { describe, expect, it } from 'vitest'
import { compareText } from '../../src/model/compare-text.ts'

describe('compareText', () => {
  it('goes by code units, whatever the language', () => {
    expect(['b', 'ä', 'a', 'B', 'a1', ''].sort(compareText)).toEqual(['', 'B', 'a', 'a1', 'b', 'ä'])
    expect(compareText('a', 'a')).toBe(0)
  })
})
