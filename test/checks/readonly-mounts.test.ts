import { describe, expect, it } from 'vitest'
import { readonlyMounts } from '../../checks/readonly-mounts.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('readonly-mounts', () => {
  it('passes when the system is writable', () => {
    expect(judge(readonlyMounts, {}).status).toBe('pass')
  })

  it('fails when /usr is mounted read-only', () => {
    expect(
      judge(readonlyMounts, {
        mounts: {
          mounts: [{ source: '/dev/vdb', target: '/usr', fstype: 'xfs', options: ['ro', 'relatime'] }],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/usr') } })
  })

  it('looks at the mount on top', () => {
    expect(
      judge(readonlyMounts, {
        mounts: {
          mounts: [
            { source: '/dev/vdb', target: '/usr', fstype: 'xfs', options: ['ro'] },
            { source: '/dev/vdc', target: '/usr', fstype: 'xfs', options: ['rw'] },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('does not mind a read-only medium or cgroup', () => {
    expect(
      judge(readonlyMounts, {
        mounts: {
          mounts: [
            { source: '/dev/sr0', target: '/media/cd', fstype: 'iso9660', options: ['ro'] },
            { source: 'tmpfs', target: '/sys/fs/cgroup', fstype: 'tmpfs', options: ['ro', 'nosuid'] },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('does not take errors=remount-ro for read-only', () => {
    expect(
      judge(readonlyMounts, {
        mounts: {
          mounts: [
            { source: '/dev/vda1', target: '/', fstype: 'ext4', options: ['rw', 'errors=remount-ro'] },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it.each([...readonlyMounts.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(readonlyMounts, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
