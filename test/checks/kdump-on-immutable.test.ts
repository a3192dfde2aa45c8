import { describe, expect, it } from 'vitest'
import { kdumpOnImmutable } from '../../checks/kdump-on-immutable.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('kdump-on-immutable', () => {
  it('fails where kdump is in use', () => {
    expect(judge(kdumpOnImmutable, {})).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('crashkernel=256M') },
    })
  })

  it('passes without kdump', () => {
    expect(judge(kdumpOnImmutable, { kdump: { active: false, enabled: false } }).status).toBe('pass')
  })

  it('counts one that is enabled but stopped', () => {
    expect(judge(kdumpOnImmutable, { kdump: { active: false, enabled: true } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('kdump is in use') },
    })
  })

  it('does not need the argument', () => {
    expect(judge(kdumpOnImmutable, { kdump: { crashkernel: null } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('crashkernel=-') },
    })
  })

  it.each([...kdumpOnImmutable.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(kdumpOnImmutable, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
