import { describe, expect, it } from 'vitest'
import { noexecVar } from '../../checks/noexec-var.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('noexec-var', () => {
  it('passes when /var is part of the root', () => {
    expect(judge(noexecVar, {}).status).toBe('pass')
  })

  it('fails when /var is noexec', () => {
    expect(
      judge(noexecVar, {
        mounts: {
          mounts: [{ source: '/dev/vdb', target: '/var', fstype: 'xfs', options: ['rw', 'noexec'] }],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('noexec') } })
  })

  it('does not mind /var/log', () => {
    expect(
      judge(noexecVar, {
        mounts: {
          mounts: [{ source: '/dev/vdb', target: '/var/log', fstype: 'xfs', options: ['rw', 'noexec'] }],
        },
      }).status,
    ).toBe('pass')
  })

  it('looks at the mount on top', () => {
    expect(
      judge(noexecVar, {
        mounts: {
          mounts: [
            { source: '/dev/vdb', target: '/var', fstype: 'xfs', options: ['noexec'] },
            { source: '/dev/vdc', target: '/var', fstype: 'xfs', options: ['rw'] },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it.each([...noexecVar.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(noexecVar, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
