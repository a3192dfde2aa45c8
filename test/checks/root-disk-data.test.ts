import { describe, expect, it } from 'vitest'
import { rootDiskData } from '../../checks/root-disk-data.ts'
import { disk } from '../support/healthy-node.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('root-disk-data', () => {
  it('passes a system with one root file system', () => {
    expect(judge(rootDiskData, {}).status).toBe('pass')
  })

  it('blocks on a data partition of the system disk', () => {
    expect(
      judge(rootDiskData, {
        mounts: { mounts: [{ source: '/dev/vda3', target: '/data', fstype: 'xfs', options: ['rw'] }] },
        disks: { devices: [disk({ name: 'vda' }), disk({ name: 'vda3', type: 'part', parents: ['vda'] })] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/data') } })
  })

  it('accepts data on another disk', () => {
    expect(
      judge(rootDiskData, {
        mounts: { mounts: [{ source: '/dev/vdb1', target: '/data', fstype: 'xfs', options: ['rw'] }] },
        disks: {
          devices: [
            disk({ name: 'vda' }),
            disk({ name: 'vdb' }),
            disk({ name: 'vdb1', type: 'part', parents: ['vdb'] }),
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('follows LVM over two disks', () => {
    expect(
      judge(rootDiskData, {
        mounts: {
          mounts: [{ source: '/dev/mapper/vg-data', target: '/data', fstype: 'xfs', options: ['rw'] }],
        },
        disks: {
          devices: [
            disk({ name: 'vda' }),
            disk({ name: 'vdb' }),
            disk({ name: 'vda3', parents: ['vda'] }),
            disk({ name: 'vg-data', path: '/dev/mapper/vg-data', type: 'lvm', parents: ['vdb', 'vda3'] }),
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/data') } })
  })

  it.each(['/home', '/var', '/var/log'])('asks for %s of its own to be parked', (target) => {
    expect(
      judge(rootDiskData, {
        mounts: { mounts: [{ source: '/dev/vda3', target, fstype: 'xfs', options: ['rw'] }] },
        disks: { devices: [disk({ name: 'vda' }), disk({ name: 'vda3', parents: ['vda'] })] },
      }),
    ).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: `On the system disk, to be parked before the rewrite: ${target}.` },
    })
  })

  it('accepts /home on another disk, and takes a bind mount from /var for no volume', () => {
    expect(
      judge(rootDiskData, {
        mounts: {
          mounts: [
            { source: '/dev/vdb1', target: '/home', fstype: 'xfs', options: ['rw'] },
            { source: '/dev/vdb2', target: '/var', fstype: 'xfs', options: ['rw'] },
            { source: '/dev/vdb2', target: '/named/chroot', fstype: 'xfs', options: ['rw'] },
          ],
        },
        disks: {
          devices: [
            disk({ name: 'vda' }),
            disk({ name: 'vdb' }),
            disk({ name: 'vdb1', parents: ['vdb'] }),
            disk({ name: 'vdb2', parents: ['vdb'] }),
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('expects /tmp to be made anew', () => {
    expect(
      judge(rootDiskData, {
        mounts: { mounts: [{ source: '/dev/vda3', target: '/tmp', fstype: 'xfs', options: ['rw'] }] },
        disks: { devices: [disk({ name: 'vda' }), disk({ name: 'vda3', parents: ['vda'] })] },
      }).status,
    ).toBe('pass')
  })

  it('is unknown when the disk of a volume is not known', () => {
    expect(
      judge(rootDiskData, {
        mounts: { mounts: [{ source: '/dev/vdx1', target: '/data', fstype: 'xfs', options: ['rw'] }] },
      }).status,
    ).toBe('unknown')
  })

  it('is unknown when the system disk is not known', () => {
    expect(judge(rootDiskData, { disks: { rootDisks: [] } }).status).toBe('unknown')
  })

  it('does not take a bind mount for a volume', () => {
    expect(
      judge(rootDiskData, {
        mounts: {
          mounts: [
            { source: '/dev/vda2', target: '/', fstype: 'xfs', options: ['rw'] },
            { source: '/dev/vda2', target: '/named/chroot', fstype: 'xfs', options: ['rw'] },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it.each([...rootDiskData.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(rootDiskData, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
