import { describe, expect, it } from 'vitest'
import { firewalldModuleCleanup } from '../../checks/firewalld-module-cleanup.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('firewalld-module-cleanup', () => {
  it('has nothing to say without firewalld', () => {
    expect(judge(firewalldModuleCleanup, {}).status).toBe('not-applicable')
  })

  it('fails on its default', () => {
    expect(
      judge(firewalldModuleCleanup, { firewall: { firewalldActive: true, cleanupModulesOnExit: true } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('CleanupModulesOnExit=yes') } })
  })

  it('passes when it is off', () => {
    expect(
      judge(firewalldModuleCleanup, { firewall: { firewalldActive: true, cleanupModulesOnExit: false } })
        .status,
    ).toBe('pass')
  })

  it('is unknown when the setting was not read', () => {
    expect(
      judge(firewalldModuleCleanup, { firewall: { firewalldActive: true, cleanupModulesOnExit: null } })
        .status,
    ).toBe('unknown')
  })

  it.each([...firewalldModuleCleanup.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(firewalldModuleCleanup, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
