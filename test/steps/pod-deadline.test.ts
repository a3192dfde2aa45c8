import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deleteAtMs, graceLeftSeconds, nodeDeadlines } from '../../src/steps/pod-deadline.ts'

const ms = fc.integer({ min: 0, max: 1_000_000_000 })
const timeout = fc.integer({ min: 1000, max: 1_000_000_000 })
const seconds = fc.integer({ min: 0, max: 100_000 })

describe('deadlines of a node', () => {
  it('come in their order, and leave at most ten seconds for what comes after the pods', () => {
    fc.assert(
      fc.property(ms, timeout, (beginMs, timeoutMs) => {
        const { podsMs, cutAtMs, forceAtMs, endMs } = nodeDeadlines(beginMs, timeoutMs)
        expect(endMs).toBe(beginMs + timeoutMs)
        expect([beginMs < podsMs, podsMs <= cutAtMs, cutAtMs < forceAtMs, forceAtMs < endMs]).toEqual([
          true,
          true,
          true,
          true,
        ])
        expect(endMs - podsMs).toBeLessThanOrEqual(10_000)
      }),
    )
  })

  it('tell a pod to end so early that all of its grace is over in time', () => {
    fc.assert(
      fc.property(ms, seconds, (podsMs, graceSeconds) => {
        const atMs = deleteAtMs(podsMs, graceSeconds)
        expect(atMs + graceSeconds * 1000).toBe(podsMs)
        expect(graceLeftSeconds(podsMs, graceSeconds, atMs)).toBe(graceSeconds)
      }),
    )
  })

  it('clamp grace to what is left, to at least a second, and never lengthen it', () => {
    fc.assert(
      fc.property(ms, seconds, ms, (podsMs, graceSeconds, nowMs) => {
        const left = graceLeftSeconds(podsMs, graceSeconds, nowMs)
        expect(left).toBeLessThanOrEqual(graceSeconds)
        expect(left).toBeGreaterThanOrEqual(Math.min(1, graceSeconds))
        expect(left <= 1 || nowMs + left * 1000 <= podsMs).toBe(true)
        expect(Number.isInteger(left)).toBe(true)
      }),
    )
  })
})
