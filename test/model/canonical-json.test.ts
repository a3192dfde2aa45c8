import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/model/canonical-json.ts'

describe('canonicalJson', () => {
  it('orders keys by UTF-16 code units, at every depth', () => {
    expect(
      canonicalJson({ '\u20ac': 1, b: { d: 1, c: [2, { y: 0, x: 1 }] }, '\ud83d\ude00': 2, '\ufb33': 3 }),
    ).toBe('{"b":{"c":[2,{"x":1,"y":0}],"d":1},"\u20ac":1,"\ud83d\ude00":2,"\ufb33":3}')
  })

  it('writes numbers as RFC 8785 does', () => {
    expect(canonicalJson([Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27, -0])).toBe(
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
    )
  })

  it('leaves out what is undefined, and refuses what JSON does not have', () => {
    expect(canonicalJson({ a: undefined, b: null })).toBe('{"b":null}')
    for (const value of [Number.NaN, Infinity, undefined, [undefined], () => 1, 1n])
      expect(() => canonicalJson(value)).toThrow(TypeError)
  })

  it('is the same text for every order of keys, and says the same as JSON.stringify', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(reversed(value))).toBe(text)
      }),
    )
  })
})

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, reversed(item)]),
  )
}
