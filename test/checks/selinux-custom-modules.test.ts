import { describe, expect, it } from 'vitest'
import { selinuxCustomModules } from '../../checks/selinux-custom-modules.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('selinux-custom-modules', () => {
  it('passes without own modules', () => {
    expect(judge(selinuxCustomModules, {}).status).toBe('pass')
  })

  it('names an own module', () => {
    expect(judge(selinuxCustomModules, { selinux: { customModules: ['my-app'] } })).toMatchObject({
      status: 'fail',
      severity: 'low',
      here: { en: expect.stringContaining('my-app') },
    })
  })

  it('is graver on a new system', () => {
    expect(
      judge(selinuxCustomModules, { selinux: { customModules: ['my-app'] } }, { target: 'containeros' }),
    ).toMatchObject({ status: 'fail', severity: 'medium', here: { en: expect.stringContaining('my-app') } })
  })

  it('does not mind modules while SELinux is off', () => {
    expect(judge(selinuxCustomModules, { selinux: { mode: 'disabled', customModules: null } }).status).toBe(
      'pass',
    )
  })

  it('is unknown when they were not read', () => {
    expect(judge(selinuxCustomModules, { selinux: { mode: 'enforcing', customModules: null } }).status).toBe(
      'unknown',
    )
  })

  it.each([...selinuxCustomModules.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(selinuxCustomModules, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
