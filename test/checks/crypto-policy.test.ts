import { describe, expect, it } from 'vitest'
import { cryptoPolicy } from '../../checks/crypto-policy.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('crypto-policy', () => {
  it('passes DEFAULT', () => {
    expect(judge(cryptoPolicy, {}).status).toBe('pass')
  })

  it('names LEGACY', () => {
    expect(judge(cryptoPolicy, { crypto: { policy: 'LEGACY' } })).toMatchObject({
      status: 'fail',
      severity: 'low',
      here: { en: expect.stringContaining('LEGACY') },
    })
  })

  it('is graver on a new system', () => {
    expect(judge(cryptoPolicy, { crypto: { policy: 'FUTURE' } }, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('FUTURE') },
    })
  })

  it('counts a module of the policy', () => {
    expect(judge(cryptoPolicy, { crypto: { policy: 'DEFAULT:SHA1' } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('DEFAULT:SHA1') },
    })
  })

  it('leaves FIPS to its own check', () => {
    expect(judge(cryptoPolicy, { crypto: { policy: 'FIPS' } }).status).toBe('pass')
  })

  it('is unknown when it was not read', () => {
    expect(judge(cryptoPolicy, { crypto: { policy: null } }).status).toBe('unknown')
  })

  it.each([...cryptoPolicy.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(cryptoPolicy, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
