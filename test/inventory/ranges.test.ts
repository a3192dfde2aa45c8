import { assert, integer, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expandRanges } from '../../src/inventory/ranges.ts'

describe('expandRanges', () => {
  it.each([
    ['node1', ['node1']],
    ['node[01-03].prod', ['node01.prod', 'node02.prod', 'node03.prod']],
    ['node[8-11]', ['node8', 'node9', 'node10', 'node11']],
    ['node[08-11]', ['node08', 'node09', 'node10', 'node11']],
    ['r[a-c]', ['ra', 'rb', 'rc']],
    ['n[0-10:5]', ['n0', 'n5', 'n10']],
    ['n[01:03]', ['n01', 'n02', 'n03']],
    ['r[a-b]-[1-2]', ['ra-1', 'ra-2', 'rb-1', 'rb-2']],
    ['10.0.[0-1].[1-2]', ['10.0.0.1', '10.0.0.2', '10.0.1.1', '10.0.1.2']],
  ])('%s', (pattern, names) => {
    expect(expandRanges(pattern)).toEqual(names)
  })

  it.each([
    ['n[', 'bracket'],
    ['n]', 'bracket'],
    ['n]1[', 'bracket'],
    ['n[1]', 'expected [01-50]'],
    ['n[]', 'expected [01-50]'],
    ['n[5-1]', 'before its start'],
    ['n[c-a]', 'before its start'],
    ['n[a-Z]', 'expected [01-50]'],
    ['n[01-100]', 'as many digits'],
    ['n[1-5:0]', 'step 0'],
    ['n[1-100001]', 'more than 100000'],
    ['n[1-1000][1-1000]', 'more than 100000'],
    ['n[1-99999999999999999999]', 'too large'],
  ])('refuses %s', (pattern, what) => {
    expect(() => expandRanges(pattern)).toThrow(
      expect.objectContaining({ code: 'INVENTORY_INVALID', message: expect.stringContaining(what) }),
    )
  })

  it('names every number once, in order, with the padding of the first', () => {
    const bounds = tuple(
      integer({ min: 0, max: 300 }),
      integer({ min: 0, max: 50 }),
      integer({ min: 1, max: 7 }),
    )
    const expanding = property(bounds, ([first, count, step]) => {
      const width = String(first + count).length
      const pad = (value: number): string => String(value).padStart(width, '0')
      const names = expandRanges(`n[${pad(first)}-${pad(first + count)}:${step}].x`)
      const numbers = names.map((name) => Number(name.slice(1, -2)))
      expect(numbers).toEqual(
        Array.from({ length: Math.floor(count / step) + 1 }, (_, index) => first + index * step),
      )
      expect(names.every((name) => name.length === width + 3)).toBe(true)
    })
    expect(() => assert(expanding)).not.toThrow()
  })
})
