import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amountOf, parseQuantity } from '../../src/model/quantity.ts'

describe('parseQuantity', () => {
  it.each([
    ['100m', 0.1],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['2e3', 2000],
    ['1E', 1e18],
    ['12E3', 12_000],
    ['+5k', 5000],
    ['.5', 0.5],
    ['3.', 3],
    ['0', 0],
  ])('reads %s', (text, value) => {
    expect(parseQuantity(text)).toBeCloseTo(value, 6)
  })

  it.each(['', '1 Gi', '1gi', 'Gi', '--1', '1e', 'NaN', '0x10', '1Kii'])('refuses %j', (text) => {
    expect(parseQuantity(text)).toBeNull()
  })

  it('reads every whole number with every suffix', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.constantFrom('Ki', 'Mi', 'Gi', 'Ti', ''), (count, suffix) => {
        const power = ['', 'Ki', 'Mi', 'Gi', 'Ti'].indexOf(suffix)
        expect(parseQuantity(`${count}${suffix}`)).toBe(count * 1024 ** power)
      }),
    )
  })
})

describe('amountOf', () => {
  it('gives millicores exactly, however they are written', () => {
    fc.assert(
      fc.property(fc.nat(200_000), (millis) => {
        expect(amountOf('cpu', `${millis}m`)).toBe(millis)
        expect(amountOf('cpu', String(millis / 1000))).toBe(millis)
      }),
    )
  })

  it('rounds parts of a byte up', () => {
    expect(amountOf('memory', '100m')).toBe(1)
  })
})
