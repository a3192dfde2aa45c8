import { describe, expect, it } from 'vitest'
import { selinuxMode } from '../../checks/selinux-mode.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('selinux-mode', () => {
  it('passes when mode and configuration agree', () => {
    expect(judge(selinuxMode, {}).status).toBe('pass')
  })

  it('fails when the reboot changes the mode', () => {
    expect(judge(selinuxMode, { selinux: { mode: 'permissive', configured: 'enforcing' } })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('configured: enforcing') },
    })
  })

  it('is graver from disabled', () => {
    expect(judge(selinuxMode, { selinux: { mode: 'disabled', configured: 'enforcing' } })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('In force: disabled') },
    })
  })

  it('says nothing without a configuration', () => {
    expect(judge(selinuxMode, { selinux: { mode: 'disabled', configured: null } }).status).toBe('pass')
  })

  it.each([...selinuxMode.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(selinuxMode, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
