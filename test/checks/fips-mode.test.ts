import { describe, expect, it } from 'vitest'
import { fipsMode } from '../../checks/fips-mode.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('fips-mode', () => {
  it('passes a host without FIPS', () => {
    expect(judge(fipsMode, {}).status).toBe('pass')
  })

  it('fails when the kernel runs in FIPS mode', () => {
    expect(judge(fipsMode, { crypto: { fipsKernel: true } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('fips_enabled=true') },
    })
  })

  it('fails on the policy alone', () => {
    expect(judge(fipsMode, { crypto: { policy: 'FIPS:OSPP' } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('FIPS:OSPP') },
    })
  })

  it('fails on the kernel argument alone', () => {
    expect(judge(fipsMode, { crypto: { fipsArg: true, fipsKernel: null } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('fips=1') },
    })
  })

  it.each([...fipsMode.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(fipsMode, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
