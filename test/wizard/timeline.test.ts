import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { barColumns, bars, momentText } from '../../src/wizard/timeline.ts'

it('draws waves on one scale: before it, until P50, until P90', () => {
  const slots = [slot(0, '2026-11-21T00:00:00Z', [60, 120]), slot(1, '2026-11-21T02:00:00Z', [300, 540])]
  expect([...bars(slots)]).toEqual([
    [0, '▇▇░░                  '],
    [1, '····▇▇▇▇▇▇▇▇▇▇░░░░░░░░'],
  ])
})

it('shows every wave, in its columns, however long the others are', () => {
  const minutes = fc.integer({ min: 0, max: 100_000 })
  fc.assert(
    fc.property(fc.array(fc.tuple(minutes, minutes, minutes), { minLength: 1 }), (waves) => {
      const slots = waves.map(([from, p50, more], index) =>
        slot(index, new Date(from * 60_000).toISOString(), [p50, p50 + more]),
      )
      for (const bar of bars(slots).values()) {
        expect(bar).toMatch(/^·*▇+░* *$/)
        expect(bar).toHaveLength(barColumns)
      }
    }),
  )
})

it('shows a moment in the zone of the windows', () => {
  expect(momentText('2026-11-21T16:30:00Z', 'Asia/Shanghai')).toBe('11-22 00:30')
  expect(momentText('2026-11-21T16:30:00Z', 'UTC')).toBe('11-21 16:30')
})

function slot(index: number, startsAt: string, [p50, p90]: [number, number]) {
  const after = (minutes: number): string => new Date(Date.parse(startsAt) + minutes * 60_000).toISOString()
  return { index, startsAt, p50At: after(p50), p90At: after(p90), mayPassEnd: false }
}
