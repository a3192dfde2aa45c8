import { describe, expect, it } from 'vitest'
import { lockdownLost } from '../../checks/lockdown-lost.ts'
import { judge, judgeWithout, kernelWith } from '../support/judge.ts'

describe('lockdown-lost', () => {
  it('has nothing to say without secure boot', () => {
    expect(judge(lockdownLost, {}).status).toBe('not-applicable')
  })

  it('is unknown when a host with UEFI does not tell about secure boot', () => {
    expect(judge(lockdownLost, { boot: { mode: 'uefi', secureBoot: null } }).status).toBe('unknown')
    expect(judge(lockdownLost, { boot: { mode: 'bios', secureBoot: null } }).status).toBe('not-applicable')
  })

  it('fails where the kernel has no lockdown', () => {
    expect(
      judge(
        lockdownLost,
        { boot: { mode: 'uefi', secureBoot: true } },
        { kernel: kernelWith({ options: { SECURITY_LOCKDOWN_LSM: 'absent' } }) },
      ),
    ).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('no lockdown') },
    })
  })

  it('passes where it has', () => {
    expect(
      judge(
        lockdownLost,
        { boot: { mode: 'uefi', secureBoot: true } },
        { kernel: kernelWith({ options: { SECURITY_LOCKDOWN_LSM: 'builtin' } }) },
      ).status,
    ).toBe('pass')
  })

  it('is milder when the data does not say', () => {
    expect(
      judge(lockdownLost, { boot: { mode: 'uefi', secureBoot: true } }, { kernel: kernelWith({}) }),
    ).toMatchObject({ status: 'fail', severity: 'low', here: { en: expect.stringContaining('probably') } })
  })

  it('goes by the active module, too', () => {
    expect(
      judge(
        lockdownLost,
        { lsm: { active: ['capability', 'lockdown'] } },
        { kernel: kernelWith({ options: { SECURITY_LOCKDOWN_LSM: 'absent' } }) },
      ),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('no lockdown') } })
  })

  it.each([...lockdownLost.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(lockdownLost, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
