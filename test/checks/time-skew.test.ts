import { describe, expect, it } from 'vitest'
import { timeSkew } from '../../checks/time-skew.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('time-skew', () => {
  it('passes a small difference', () => {
    expect(judge(timeSkew, {}).status).toBe('pass')
  })

  it('warns beyond five seconds', () => {
    expect(judge(timeSkew, { time: { skewSeconds: 5.1 } })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('5.1 s ahead') },
    })
  })

  it('passes exactly five seconds', () => {
    expect(judge(timeSkew, { time: { skewSeconds: -5 } }).status).toBe('pass')
  })

  it('is grave beyond a minute', () => {
    expect(judge(timeSkew, { time: { skewSeconds: -61 } })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('61.0 s behind') },
    })
  })

  it('has nothing to compare with in a bundle', () => {
    expect(judge(timeSkew, { time: { skewSeconds: null } }).status).toBe('not-applicable')
  })

  it.each([...timeSkew.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(timeSkew, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
