import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { matchRunIds, runId } from '../../src/model/run-id.ts'

const bytes = fc.uint8Array({ minLength: 6, maxLength: 6 })

it('sorts by time and is safe as a part of a path', () => {
  const time = fc.date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(time, time, fc.tuple(bytes, bytes), (a, b, [first, second]) => {
      const [one, two] = [runId(a.toISOString(), first), runId(b.toISOString(), second)]
      expect(one).toMatch(/^\d{8}-\d{6}-[0-9a-hjkmnp-tv-z]{6}$/)
      const [early, late] = a < b ? [one, two] : [two, one]
      expect(early.slice(0, 15) <= late.slice(0, 15)).toBe(true)
    }),
  )
  expect(runId('2026-11-21T15:49:35.123Z', new Uint8Array([0, 1, 9, 10, 31, 63]))).toBe(
    '20261121-154935-019azz',
  )
  expect(() => runId('2026-11-21T15:49:35Z', new Uint8Array(5))).toThrow(RangeError)
})

it('is found by its beginning, and by the letters at its end', () => {
  const ids = ['20261121-154935-7k4q9z', '20261121-154936-8k4q9z', '20261122-010203-7zzzzz']
  expect(matchRunIds('20261122', ids)).toEqual([ids[2]])
  expect(matchRunIds('20261121', ids)).toEqual([ids[0], ids[1]])
  expect(matchRunIds('7K4', ids)).toEqual([ids[0]])
  expect(matchRunIds('7', ids)).toEqual([ids[0], ids[2]])
  expect(matchRunIds(ids[1]!, [...ids, `${ids[1]}0`])).toEqual([ids[1]])
  expect(matchRunIds('', ids)).toEqual([])
  expect(matchRunIds('x', ids)).toEqual([])
})
