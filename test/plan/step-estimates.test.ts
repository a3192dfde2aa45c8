import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stepNames } from '../../src/model/step-names.ts'
import { estimateStep, stepPriors, sumEstimates } from '../../src/plan/step-estimates.ts'

const none = { evictions: 0, parkedBytes: 0 }

describe('estimateStep', () => {
  it.each(stepNames)('has a row for %s with a P90 that is not below its P50, and a source', (name) => {
    const { p50Ms, p90Ms, source } = stepPriors[name]
    expect(p90Ms).toBeGreaterThanOrEqual(p50Ms)
    expect(source).not.toBe('')
    expect(estimateStep(name, none)).toEqual({ p50Ms, p90Ms, basis: 'assumed' })
  })

  it('says measured only for what was measured', () => {
    const measured = { 'cluster.drain': { p50Ms: 7, p90Ms: 9 } }
    expect(estimateStep('cluster.drain', none, measured)).toEqual({ p50Ms: 7, p90Ms: 9, basis: 'measured' })
    expect(estimateStep('data.park', none, measured).basis).toBe('assumed')
  })

  it('grows with pods and bytes, in whole milliseconds', () => {
    fc.assert(
      fc.property(fc.tuple(fc.nat(500), fc.nat(500)), fc.tuple(fc.nat(1e12), fc.nat(1e12)), (pods, bytes) => {
        const [few, many] = [
          { evictions: Math.min(...pods), parkedBytes: Math.min(...bytes) },
          { evictions: Math.max(...pods), parkedBytes: Math.max(...bytes) },
        ]
        for (const name of stepNames) {
          const [less, more] = [estimateStep(name, few), estimateStep(name, many)]
          expect(more.p50Ms).toBeGreaterThanOrEqual(less.p50Ms)
          expect(more.p90Ms).toBeGreaterThanOrEqual(less.p90Ms)
          expect(more.p90Ms).toBeGreaterThanOrEqual(more.p50Ms)
          expect(Number.isInteger(more.p50Ms) && Number.isInteger(more.p90Ms)).toBe(true)
        }
      }),
    )
  })
})

describe('sumEstimates', () => {
  it('is measured only when every part is', () => {
    const measured = { p50Ms: 1, p90Ms: 2, basis: 'measured' } as const
    expect(sumEstimates([measured, measured])).toEqual({ p50Ms: 2, p90Ms: 4, basis: 'measured' })
    expect(sumEstimates([measured, { ...measured, basis: 'assumed' }]).basis).toBe('assumed')
    expect(sumEstimates([])).toEqual({ p50Ms: 0, p90Ms: 0, basis: 'assumed' })
  })
})
