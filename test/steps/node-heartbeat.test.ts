import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isHeard, nextBeat, type Beat } from '../../src/steps/node-heartbeat.ts'

const validMs = 40_000

/** A kubelet that renews every ten seconds until it dies; its clock says what it likes. */
function leaseAt(atMs: number, { diesAtMs, skewMs }: { diesAtMs: number; skewMs: number }): string {
  const renewedMs = Math.floor(Math.min(atMs, diesAtMs) / 10_000) * 10_000
  return new Date(1_800_000_000_000 + renewedMs + skewMs).toISOString()
}

function looks(times: readonly number[], kubelet: Parameters<typeof leaseAt>[1]): Beat[] {
  const beats: Beat[] = []
  for (const atMs of times) beats.push(nextBeat(beats.at(-1), { renewTime: leaseAt(atMs, kubelet), atMs }))
  return beats
}

const pauses = fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 60 })
const skewMs = fc.integer({ min: -1e9, max: 1e9 })

describe('a heartbeat', () => {
  it('is never heard of a kubelet that died longer ago than its lease is valid, however often it was looked at', () => {
    fc.assert(
      fc.property(pauses, fc.integer({ min: 0, max: 600_000 }), skewMs, (list, diesAtMs, skew) => {
        let atMs = 0
        const times = list.map((pause) => (atMs += pause))
        const heard = looks(times, { diesAtMs, skewMs: skew }).filter((beat) => isHeard(beat, validMs))
        expect(heard.filter(({ atMs }) => atMs - diesAtMs >= validMs)).toEqual([])
      }),
    )
  })

  it('is heard of one that lives as soon as its lease was renewed between two looks, whatever its clock says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50_000 }), skewMs, (startMs, skew) => {
        const times = Array.from({ length: 30 }, (_, index) => startMs + index * 2000)
        const beats = looks(times, { diesAtMs: Number.POSITIVE_INFINITY, skewMs: skew })
        expect(isHeard(beats[0] ?? { renewTime: '', atMs: 0, heardAtMs: 0 }, validMs)).toBe(false)
        expect(beats.slice(6).every((beat) => isHeard(beat, validMs))).toBe(true)
      }),
    )
  })
})
