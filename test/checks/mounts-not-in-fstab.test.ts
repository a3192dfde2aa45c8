import { describe, expect, it } from 'vitest'
import { mountsNotInFstab } from '../../checks/mounts-not-in-fstab.ts'
import { unit } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('mounts-not-in-fstab', () => {
  it('passes when mounts are configured', () => {
    expect(judge(mountsNotInFstab, {}).status).toBe('pass')
  })

  it('fails on a disk mounted by hand', () => {
    expect(
      judge(mountsNotInFstab, {
        mounts: { mounts: [{ source: '/dev/vdb1', target: '/data', fstype: 'xfs', options: ['rw'] }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/data') } })
  })

  it('accepts a mount unit', () => {
    expect(
      judge(mountsNotInFstab, {
        mounts: {
          mounts: [{ source: '/dev/vdb1', target: '/data/my-disk', fstype: 'xfs', options: ['rw'] }],
        },
        units: {
          units: [
            unit({ name: 'data-my\\x2ddisk.mount', path: '/etc/systemd/system/data-my\\x2ddisk.mount' }),
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('leaves the mounts of the kubelet alone', () => {
    expect(
      judge(mountsNotInFstab, {
        mounts: {
          mounts: [
            { source: '/dev/vdb1', target: '/var/lib/kubelet/plugins/x', fstype: 'xfs', options: ['rw'] },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('counts NFS, too', () => {
    expect(
      judge(mountsNotInFstab, {
        mounts: { mounts: [{ source: 'nas:/export', target: '/nas', fstype: 'nfs4', options: ['rw'] }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/nas') } })
  })

  it('does not believe the unit that systemd made for the mount itself', () => {
    expect(
      judge(mountsNotInFstab, {
        mounts: { mounts: [{ source: '/dev/vdb1', target: '/data', fstype: 'xfs', options: ['rw'] }] },
        units: { units: [unit({ name: 'data.mount', path: null, origin: 'runtime' })] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/data') } })
  })

  it.each([...mountsNotInFstab.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(mountsNotInFstab, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
