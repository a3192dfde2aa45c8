import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWriteBucket, type WriteClock } from '../../src/cluster/write-bucket.ts'

/** Time passes when somebody sleeps, and by nothing else. */
function fakeClock(): WriteClock & { advance(ms: number): void } {
  let now = 0
  return {
    nowMs: () => now,
    sleep: (ms, signal) => {
      if (signal.aborted) return Promise.reject(signal.reason as Error)
      now += ms
      return Promise.resolve()
    },
    advance: (ms) => void (now += ms),
  }
}

const { signal } = new AbortController()

async function takenAt(
  clock: WriteClock,
  bucket: ReturnType<typeof createWriteBucket>,
  count: number,
): Promise<number[]> {
  const times: number[] = []
  for (let index = 0; index < count; index += 1) {
    await bucket.take(signal)
    times.push(Math.round(clock.nowMs()))
  }
  return times
}

describe('createWriteBucket', () => {
  it('lets a burst of 50 through at once, then 80 a second', async () => {
    const clock = fakeClock()
    const times = await takenAt(clock, createWriteBucket(clock), 130)
    expect(times.slice(0, 50).every((time) => time === 0)).toBe(true)
    expect(times[50]).toBe(13)
    expect(times[129]).toBe(1000)
  })

  it('halves the rate once for all answers of one overload, and stays away as long as asked', async () => {
    const clock = fakeClock()
    const bucket = createWriteBucket(clock)
    for (let answer = 0; answer < 15; answer += 1) bucket.slowDown(2000)
    expect(bucket.rate()).toBe(40)
    const [first = 0, second = 0] = await takenAt(clock, bucket, 2)
    expect(first).toBe(2000)
    expect(second - first).toBe(25)
  })

  it('wins the rate back by a twentieth a second, and no more than there was', () => {
    const clock = fakeClock()
    const bucket = createWriteBucket(clock)
    bucket.slowDown(0)
    clock.advance(5000)
    expect(bucket.rate()).toBe(60)
    clock.advance(3_600_000)
    expect(bucket.rate()).toBe(80)
  })

  it('never stops altogether', () => {
    const clock = fakeClock()
    const bucket = createWriteBucket(clock)
    for (let answer = 0; answer < 100; answer += 1) {
      bucket.slowDown(60_000)
      clock.advance(1000)
    }
    expect(bucket.rate()).toBe(1)
  })

  it('lets nobody who gives up hold up the others', async () => {
    const clock = fakeClock()
    const bucket = createWriteBucket(clock, { perSecond: 1, burst: 1 })
    await bucket.take(signal)
    const abort = new AbortController()
    const leaving = bucket.take(abort.signal)
    const staying = bucket.take(signal)
    abort.abort()
    await expect(leaving).rejects.toMatchObject({ name: 'AbortError' })
    await staying
  })

  it('never allows more than the burst and what the time has filled, whatever happens', async () => {
    const step = fc.oneof(
      fc.record({ advance: fc.integer({ min: 0, max: 3000 }) }),
      fc.record({ slow: fc.integer({ min: 0, max: 2000 }) }),
      fc.constant('take' as const),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const clock = fakeClock()
        const bucket = createWriteBucket(clock)
        let taken = 0
        let closedUntil = 0
        for (const each of steps) {
          if (each === 'take') {
            await bucket.take(signal)
            taken += 1
            if (clock.nowMs() < closedUntil) throw new Error('taken while the bucket was closed')
          } else if ('slow' in each) {
            bucket.slowDown(each.slow)
            closedUntil = Math.max(closedUntil, clock.nowMs() + each.slow)
          } else clock.advance(each.advance)
          expect(bucket.rate()).toBeGreaterThanOrEqual(1)
          expect(bucket.rate()).toBeLessThanOrEqual(80)
          expect(taken).toBeLessThanOrEqual(50 + (80 * clock.nowMs()) / 1000 + 1e-6)
        }
      }),
    )
  })
})
