import { describe, expect, it } from 'vitest'
import { fstabApifs } from '../../checks/fstab-apifs.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('fstab-apifs', () => {
  it('passes without such lines', () => {
    expect(judge(fstabApifs, {}).status).toBe('pass')
  })

  it('fails on a line for /proc', () => {
    expect(
      judge(fstabApifs, {
        fstab: {
          entries: [{ line: 3, source: 'proc', target: '/proc', fstype: 'proc', options: ['hidepid=2'] }],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/proc') } })
  })

  it('accepts a size for /dev/shm', () => {
    expect(
      judge(fstabApifs, {
        fstab: {
          entries: [{ line: 3, source: 'tmpfs', target: '/dev/shm', fstype: 'tmpfs', options: ['size=8g'] }],
        },
      }).status,
    ).toBe('pass')
  })

  it('fails on the cgroups', () => {
    expect(
      judge(fstabApifs, {
        fstab: {
          entries: [{ line: 3, source: 'cgroup', target: '/sys/fs/cgroup', fstype: 'cgroup', options: [] }],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/sys/fs/cgroup') } })
  })

  it.each([...fstabApifs.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(fstabApifs, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
