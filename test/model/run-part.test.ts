import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunPart } from '../../src/model/journal-record.ts'
import { askFor, isWhole, partDone, partToRetry, wholePlan } from '../../src/model/run-part.ts'

const wave = { wave: 0 }
const one = { only: ['a'] }

describe('what is asked of a run', () => {
  it('is the part that was asked for, until it is done', () => {
    const asked = askFor(wholePlan, wave)
    expect(asked.now).toEqual(wave)
    expect(partDone(asked)).toEqual({ ...wholePlan, done: wave })
  })

  it('is what was asked for first again when one node was tried again or brought back meanwhile', () => {
    const again = askFor(askFor(wholePlan, wave), one)
    expect(again.now).toEqual(one)
    const back = askFor(again, { rollback: ['b'] })
    expect(back.now).toEqual({ rollback: ['b'] })
    expect(partDone(back).now).toEqual(wave)
    expect(partDone(partDone(back))).toEqual({ ...wholePlan, done: wave })
  })

  it('is for who tries a node again the part that was asked for last, also when it is done', () => {
    expect(partToRetry(wholePlan)).toEqual({})
    const asked = askFor(wholePlan, wave)
    expect(partToRetry(asked)).toEqual(wave)
    const done = partDone(asked)
    expect([done.now, partToRetry(done)]).toEqual([{}, wave])
    // A way back is no part to go on in, neither before it is done nor after.
    const back = askFor(done, { rollback: ['a'] })
    expect([partToRetry(back), partToRetry(partDone(back))]).toEqual([wave, wave])
    expect(partToRetry(partDone(askFor(done, one)))).toEqual(one)
    expect(partToRetry(askFor(done, {}))).toEqual({})
  })

  it('is the same after any number of kills', () => {
    const asked = askFor(askFor(wholePlan, { only: ['a'], until: 'migrated' }), wave)
    expect(askFor(askFor(asked, wave), { ...wave })).toEqual(asked)
    const limits: RunPart = { until: 'migrated', only: ['a'] }
    expect(askFor(askFor(wholePlan, { only: ['a'], until: 'migrated' }), limits).later).toEqual({})
  })

  it('is never more than the first part that is not done, unless somebody asks for the whole', () => {
    const part = fc.record(
      { wave: fc.nat(3), only: fc.array(fc.constantFrom('a', 'b')) },
      { requiredKeys: ['wave'] },
    )
    fc.assert(
      fc.property(part, fc.array(part), (first, more) => {
        const asked = more.reduce(askFor, askFor(wholePlan, first))
        expect([asked.now, asked.later]).toContainEqual(first)
        expect(isWhole(asked.now)).toBe(false)
        expect(askFor(asked, {})).toEqual(wholePlan)
      }),
    )
  })
})
