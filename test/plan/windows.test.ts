import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Freeze, Window } from '../../src/model/plan.ts'
import { scheduleWaves } from '../../src/plan/schedule-waves.ts'
import { closesAt, horizonDays, isOpen, nextStart, type Times } from '../../src/plan/windows.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const weekdays: Window['days'] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

function window(days: Window['days'], start: string, more: { hours?: number; zone?: string } = {}): Window {
  const { hours = 2, zone = 'UTC' } = more
  return { days, start, lengthMs: hours * hourMs, timeZone: zone }
}

function freeze(from: string, until: string): Freeze {
  return { from, until, reason: 'year end' }
}

function times(windows: readonly Window[], freezes: readonly Freeze[] = []): Times {
  return { windows, freezes }
}

const at = (text: string): number => Date.parse(text)
const shown = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString()
const next = (text: string, when: Times): string | undefined => shown(nextStart(at(text), when))
const closes = (text: string, when: Times): string | undefined => shown(closesAt(at(text), when))

describe('windows', () => {
  it('are open always when there are none', () => {
    expect(isOpen(at('2026-11-21T12:00:00Z'), times([]))).toBe(true)
    expect(next('2026-11-21T12:00:00Z', times([]))).toBe('2026-11-21T12:00:00.000Z')
    expect(closes('2026-11-21T12:00:00Z', times([]))).toBeUndefined()
  })

  it.each([
    { asked: 'before it', text: '2026-11-24T13:59:59.999Z', open: false, start: '2026-11-24T14:00:00.000Z' },
    {
      asked: 'at its first moment',
      text: '2026-11-24T14:00:00Z',
      open: true,
      start: '2026-11-24T14:00:00.000Z',
    },
    { asked: 'after midnight', text: '2026-11-24T16:30:00Z', open: true, start: '2026-11-24T16:30:00.000Z' },
    { asked: 'at its end', text: '2026-11-24T20:00:00Z', open: false, start: '2026-12-01T14:00:00.000Z' },
  ])('over midnight in Shanghai, asked $asked', ({ text, open, start }) => {
    // Tuesday 22:00 until Wednesday 04:00 on the wall.
    const when = times([window(['tue'], '22:00', { hours: 6, zone: 'Asia/Shanghai' })])
    expect(isOpen(at(text), when)).toBe(open)
    expect(next(text, when)).toBe(start)
  })

  it('that overlap, or follow at once, are one', () => {
    const when = times([
      window(['mon'], '10:00'),
      window(['mon'], '11:00'),
      window(['mon'], '13:00', { hours: 1 }),
    ])
    expect(closes('2026-11-23T10:30:00Z', when)).toBe('2026-11-23T14:00:00.000Z')
    expect(closes('2026-11-23T10:30:00Z', times([window(weekdays, '00:00', { hours: 24 })]))).toBeUndefined()
  })

  it('of a week overlap themselves', () => {
    const when = times([window(['mon', 'thu'], '00:00', { hours: 7 * 24 })])
    expect(isOpen(at('2026-11-22T12:00:00Z'), when)).toBe(true)
    expect(closes('2026-11-22T12:00:00Z', when)).toBeUndefined()
  })

  it('whose start clocks leap over begin when they leap', () => {
    // Berlin, 2026-03-29: 02:00 becomes 03:00, at 01:00 UTC.
    const when = times([window(['sun'], '02:30', { zone: 'Europe/Berlin' })])
    expect(next('2026-03-29T00:00:00Z', when)).toBe('2026-03-29T01:00:00.000Z')
    expect(closes('2026-03-29T01:30:00Z', when)).toBe('2026-03-29T03:00:00.000Z')
  })

  it('whose start clocks show twice begin at the first, and once', () => {
    // Berlin, 2026-10-25: 03:00 becomes 02:00, at 01:00 UTC.
    const when = times([window(['sun'], '02:30', { hours: 1, zone: 'Europe/Berlin' })])
    expect(next('2026-10-24T23:00:00Z', when)).toBe('2026-10-25T00:30:00.000Z')
    expect(closes('2026-10-25T00:30:00Z', when)).toBe('2026-10-25T01:30:00.000Z')
    expect(next('2026-10-25T01:30:00Z', when)).toBe('2026-11-01T01:30:00.000Z')
  })

  it('last as long as they are, whatever clocks do meanwhile', () => {
    const when = times([window(['sat'], '22:00', { hours: 8, zone: 'Europe/Berlin' })])
    expect(closes('2026-03-28T21:30:00Z', when)).toBe('2026-03-29T05:00:00.000Z')
    expect(closes('2026-10-24T20:30:00Z', when)).toBe('2026-10-25T04:00:00.000Z')
  })

  it('keep their hour on the wall through the year', () => {
    const when = times([window(weekdays, '22:00', { zone: 'America/New_York' })])
    expect(next('2026-01-15T12:00:00Z', when)).toBe('2026-01-16T03:00:00.000Z')
    expect(next('2026-07-15T12:00:00Z', when)).toBe('2026-07-16T02:00:00.000Z')
  })

  it('know half hours and days that a zone has left out', () => {
    expect(
      next('2026-04-05T00:00:00Z', times([window(weekdays, '02:00', { zone: 'Australia/Lord_Howe' })])),
    ).toBe('2026-04-05T15:30:00.000Z')
    // Samoa had no 2011-12-30, a Friday.
    const samoa = times([window(['fri'], '12:00', { zone: 'Pacific/Apia' })])
    expect(next('2011-12-29T12:00:00Z', samoa)).toBe('2011-12-30T10:00:00.000Z')
  })

  it('names a zone that does not exist', () => {
    expect(() => nextStart(0, times([window(['mon'], '10:00', { zone: 'Asia/Nowhere' })]))).toThrow(
      'there is no time zone "Asia/Nowhere"',
    )
  })
})

describe('freezes', () => {
  it('close what windows open, and are left at their end', () => {
    const when = times([], [freeze('2026-12-20T00:00:00Z', '2027-01-04T00:00:00Z')])
    expect(isOpen(at('2026-12-20T00:00:00Z'), when)).toBe(false)
    expect(next('2026-12-24T00:00:00Z', when)).toBe('2027-01-04T00:00:00.000Z')
    expect(closes('2026-12-19T00:00:00Z', when)).toBe('2026-12-20T00:00:00.000Z')
  })

  it('that lie within a window part it', () => {
    const when = times([window(['mon'], '10:00')], [freeze('2026-11-23T10:30:00Z', '2026-11-23T11:00:00Z')])
    expect(closes('2026-11-23T10:00:00Z', when)).toBe('2026-11-23T10:30:00.000Z')
    expect(next('2026-11-23T10:45:00Z', when)).toBe('2026-11-23T11:00:00.000Z')
  })

  it('that cover everything leave nothing, and the search ends', () => {
    const ever = [freeze('2026-01-01T00:00:00Z', '2029-01-01T00:00:00Z')]
    expect(next('2026-11-21T00:00:00Z', times([window(['mon'], '10:00')], ever))).toBeUndefined()
    const mondays = Array.from({ length: 60 }, (_, week) => {
      const from = at('2026-11-23T00:00:00Z') + week * 7 * dayMs
      return freeze(new Date(from).toISOString(), new Date(from + dayMs).toISOString())
    })
    expect(next('2026-11-21T00:00:00Z', times([window(['mon'], '10:00')], mondays))).toBeUndefined()
  })
})

describe('windows and freezes of any kind', () => {
  const zones = [
    'UTC',
    'Asia/Shanghai',
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
  ]
  const anyWindow = fc.record({
    days: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }),
    start: fc
      .tuple(fc.nat(23), fc.nat(59))
      .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':')),
    lengthMs: fc.integer({ min: 1, max: 3 * 24 * 60 }).map((minutes) => minutes * minuteMs),
    timeZone: fc.constantFrom(...zones),
  })
  const base = at('2026-01-01T00:00:00Z')
  const anyTime = fc.integer({ min: 0, max: 365 * 24 * 60 }).map((minutes) => base + minutes * minuteMs)
  const anyFreeze = fc
    .tuple(anyTime, fc.integer({ min: 1, max: 20 * 24 * 60 }))
    .map(([from, minutes]) =>
      freeze(new Date(from).toISOString(), new Date(from + minutes * minuteMs).toISOString()),
    )
  const anyTimes = fc.record({
    windows: fc.array(anyWindow, { maxLength: 3 }),
    freezes: fc.array(anyFreeze, { maxLength: 3 }),
  })

  it('open at the next start, and at no minute before it', () => {
    fc.assert(
      fc.property(anyTimes, anyTime, (when, fromMs) => {
        const startMs = nextStart(fromMs, when)
        if (startMs === undefined) return
        expect(isOpen(startMs, when)).toBe(true)
        expect(startMs).toBeGreaterThanOrEqual(fromMs)
        expect(startMs).toBeLessThanOrEqual(fromMs + horizonDays * dayMs)
        const steps = Math.min(60, Math.floor((startMs - fromMs) / minuteMs))
        const strideMs = steps === 0 ? 0 : Math.max(minuteMs, Math.floor((startMs - fromMs) / steps))
        for (let atMs = fromMs; atMs < startMs; atMs += strideMs) expect(isOpen(atMs, when)).toBe(false)
        expect(startMs === fromMs || !isOpen(startMs - 1, when)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('are open until they close', () => {
    fc.assert(
      fc.property(anyTimes, anyTime, (when, fromMs) => {
        const startMs = nextStart(fromMs, when)
        if (startMs === undefined) return
        const endMs = closesAt(startMs, when)
        if (endMs === undefined) return
        expect(isOpen(endMs, when)).toBe(false)
        for (let part = 0; part < 8; part += 1)
          expect(isOpen(startMs + Math.floor(((endMs - 1 - startMs) * part) / 7), when)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })
})

describe('a schedule of waves', () => {
  const wave = (
    index: number,
    p50Hours: number,
    p90Hours: number,
  ): Parameters<typeof scheduleWaves>[0][number] => ({
    index,
    estimate: { p50Ms: p50Hours * hourMs, p90Ms: p90Hours * hourMs, basis: 'assumed' },
    soakMs: 30 * minuteMs,
  })
  const nightly = times([window(weekdays, '22:00', { hours: 4 })])

  it('puts each wave into a window after the one before has rested, and says what may pass the end', () => {
    const { waves, unscheduled } = scheduleWaves(
      [wave(0, 2, 3), wave(1, 1, 3), wave(2, 1, 2)],
      at('2026-11-21T12:00:00Z'),
      nightly,
    )
    expect(unscheduled).toEqual([])
    expect(waves.map(({ startsAtMs, mayPassEnd }) => [shown(startsAtMs), mayPassEnd])).toEqual([
      ['2026-11-21T22:00:00.000Z', false],
      ['2026-11-22T00:30:00.000Z', true],
      ['2026-11-22T22:00:00.000Z', false],
    ])
    expect(shown(waves[1]?.closesAtMs)).toBe('2026-11-22T02:00:00.000Z')
  })

  it('tells which waves have no time at all', () => {
    const freezes = [freeze('2026-11-22T00:00:00Z', '2030-01-01T00:00:00Z')]
    const { waves, unscheduled } = scheduleWaves(
      [wave(0, 12, 12), wave(1, 1, 1)],
      at('2026-11-21T12:00:00Z'),
      times([], freezes),
    )
    expect(waves.map(({ index }) => index)).toEqual([0])
    expect(unscheduled).toEqual([1])
  })
})
