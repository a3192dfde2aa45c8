import { describe, expect, it } from 'vitest'
import { selinuxRelabel } from '../../checks/selinux-relabel.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('selinux-relabel', () => {
  it('passes a permissive host', () => {
    expect(judge(selinuxRelabel, {}).status).toBe('pass')
  })

  it('tells about relabelling an enforcing one', () => {
    expect(judge(selinuxRelabel, { selinux: { mode: 'enforcing', configured: 'enforcing' } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('targeted') },
    })
  })

  it('passes a disabled one', () => {
    expect(judge(selinuxRelabel, { selinux: { mode: 'disabled', configured: 'disabled' } }).status).toBe(
      'pass',
    )
  })

  it('does not need the policy’s name', () => {
    expect(judge(selinuxRelabel, { selinux: { mode: 'enforcing', policy: null } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('policy unknown') },
    })
  })

  it.each([...selinuxRelabel.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(selinuxRelabel, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
