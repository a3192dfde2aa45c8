import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wantedBytes } from '../../src/provision/byte-range.ts'

describe('bytes that a Range header asks for', () => {
  it.each([
    ['bytes=0-0', { kind: 'part', first: 0, last: 0 }],
    ['bytes=2-5', { kind: 'part', first: 2, last: 5 }],
    ['bytes=2-', { kind: 'part', first: 2, last: 9 }],
    ['bytes=-3', { kind: 'part', first: 7, last: 9 }],
    ['bytes=-30', { kind: 'part', first: 0, last: 9 }],
    ['bytes=9-99999999999999999999999', { kind: 'part', first: 9, last: 9 }],
    ['BYTES = 1 - 2 ', { kind: 'part', first: 1, last: 2 }],
    ['bytes=10-', { kind: 'none' }],
    ['bytes=10-12', { kind: 'none' }],
    ['bytes=-0', { kind: 'none' }],
    // Not one valid range of bytes: as if the header were not there.
    ['bytes=5-2', { kind: 'whole' }],
    ['bytes=-', { kind: 'whole' }],
    ['bytes=0-1,4-5', { kind: 'whole' }],
    ['bytes=0x1-2', { kind: 'whole' }],
    ['bytes=1--2', { kind: 'whole' }],
    ['lines=1-2', { kind: 'whole' }],
    ['', { kind: 'whole' }],
    [undefined, { kind: 'whole' }],
  ])('%s of ten bytes', (header, wanted) => {
    expect(wantedBytes(header, 10)).toEqual(wanted)
  })

  it('finds nothing to give of an empty file', () => {
    expect(wantedBytes('bytes=0-', 0)).toEqual({ kind: 'none' })
    expect(wantedBytes('bytes=-1', 0)).toEqual({ kind: 'none' })
    expect(wantedBytes(undefined, 0)).toEqual({ kind: 'whole' })
  })

  it('never leaves the file, whatever is asked', () => {
    const number = fc.oneof(fc.constant(''), fc.nat().map(String), fc.bigInt({ min: 0n }).map(String))
    fc.assert(
      fc.property(number, number, fc.nat(), (first, last, size) => {
        const wanted = wantedBytes(`bytes=${first}-${last}`, size)
        if (wanted.kind !== 'part') return
        expect(wanted.first).toBeGreaterThanOrEqual(0)
        expect(wanted.last).toBeGreaterThanOrEqual(wanted.first)
        expect(wanted.last).toBeLessThan(size)
      }),
    )
  })
})
