import { describe, expect, it } from 'vitest'
import { modifiedConfigFiles } from '../../checks/modified-config-files.ts'
import { runCheck, without } from '../support/facts-fixture.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('modified-config-files', () => {
  it('passes when no file differs', () => {
    expect(judge(modifiedConfigFiles, {}).status).toBe('pass')
  })

  it('names an edited configuration file', () => {
    expect(
      judge(modifiedConfigFiles, {
        modifiedFiles: { files: [{ path: '/etc/ssh/sshd_config', flags: 'S.5....T.', attribute: 'c' }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/etc/ssh/sshd_config') } })
  })

  it('ignores a changed time alone', () => {
    expect(
      judge(modifiedConfigFiles, {
        modifiedFiles: { files: [{ path: '/etc/issue', flags: '.......T.', attribute: 'c' }] },
      }).status,
    ).toBe('pass')
  })

  it('ignores files that are no configuration', () => {
    expect(
      judge(modifiedConfigFiles, {
        modifiedFiles: { files: [{ path: '/usr/bin/x', flags: '..5......', attribute: null }] },
      }).status,
    ).toBe('pass')
  })

  it('never passes a list that was cut', () => {
    expect(judge(modifiedConfigFiles, { modifiedFiles: { truncated: true } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('0+') },
    })
  })

  it('has nothing to say when nobody asked for rpm -Va', () => {
    const facts = without('modifiedFiles', 'not-collected')
    expect(runCheck(modifiedConfigFiles, facts, { target: 'containeros' })).toMatchObject({
      status: 'not-applicable',
      reason: { en: 'Not asked for: modifiedFiles is read by osferry collect --deep only.' },
    })
  })

  it.each([...modifiedConfigFiles.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(modifiedConfigFiles, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
