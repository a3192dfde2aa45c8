import { describe, expect, it } from 'vitest'
import { varDataOnRootDisk } from '../../checks/var-data-on-root-disk.ts'
import type { FactValue } from '../../src/model/facts.ts'
import { disk } from '../support/healthy-node.ts'
import { judge, judgeWithout } from '../support/judge.ts'

function directories(...paths: string[]): Pick<FactValue<'localPaths'>, 'entries'> {
  return { entries: paths.map((path) => ({ path, kind: 'directory', package: null })) }
}

const twoDisks = {
  mounts: {
    mounts: [
      { source: '/dev/vda2', target: '/', fstype: 'xfs', options: ['rw'] },
      { source: '/dev/vdb1', target: '/var/lib/rook', fstype: 'xfs', options: ['rw'] },
    ],
  },
  disks: {
    devices: [
      disk({ name: 'vda' }),
      disk({ name: 'vda2', parents: ['vda'] }),
      disk({ name: 'vdb' }),
      disk({ name: 'vdb1', parents: ['vdb'] }),
    ],
  },
}

describe('var-data-on-root-disk', () => {
  it('passes a node with nothing but what is made anew', () => {
    const localPaths = directories('/var/lib/kubelet', '/var/lib/containerd', '/var/lib/calico')
    expect(judge(varDataOnRootDisk, { localPaths }).status).toBe('pass')
  })

  it('names data and docker volumes that lie on the root file system', () => {
    const localPaths = directories(
      '/var/lib/kubelet',
      '/var/lib/app',
      '/var/lib/docker/volumes/db',
      '/var/data',
    )
    expect(judge(varDataOnRootDisk, { localPaths })).toMatchObject({
      status: 'fail',
      here: {
        en: 'On the system disk, to be parked or given up: /var/lib/app, /var/lib/docker/volumes/db, /var/data.',
      },
    })
  })

  it('accepts data on another disk, and below a directory that is mounted from one', () => {
    const localPaths = directories('/var/lib/rook', '/var/lib/rook/mon-a')
    expect(judge(varDataOnRootDisk, { ...twoDisks, localPaths }).status).toBe('pass')
    expect(judge(varDataOnRootDisk, { ...twoDisks, localPaths: directories('/var/lib/rook2') }).status).toBe(
      'fail',
    )
  })

  it('leaves what packages own, links and mounts alone', () => {
    const entries = [
      { path: '/var/lib/chrony', kind: 'directory', package: 'chrony' },
      { path: '/var/lib/link', kind: 'link', package: null },
      { path: '/var/lib/volume', kind: 'mount', package: null },
    ] as const
    expect(judge(varDataOnRootDisk, { localPaths: { entries: [...entries] } }).status).toBe('pass')
  })

  it('names what a database keeps, though a package owns it, and files', () => {
    const entries = [
      { path: '/var/lib/pgsql', kind: 'directory', package: 'postgresql-server' },
      { path: '/var/opt/backup.tar', kind: 'file', package: null },
    ] as const
    expect(judge(varDataOnRootDisk, { localPaths: { entries: [...entries] } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('/var/lib/pgsql, /var/opt/backup.tar') },
    })
  })

  it.each([
    ['overlay', 'overlay', 'unknown'],
    ['tank/var', 'zfs', 'unknown'],
    ['nas:/var', 'nfs4', 'pass'],
  ])('takes %s (%s) for %s', (source, fstype, status) => {
    const mounts = { mounts: [{ source, target: '/var', fstype, options: ['rw'] }] }
    expect(judge(varDataOnRootDisk, { mounts, localPaths: directories('/var/lib/app') }).status).toBe(status)
  })

  it('is unknown when the device of the file system is not known', () => {
    const mounts = { mounts: [{ source: '/dev/sdq9', target: '/var', fstype: 'xfs', options: ['rw'] }] }
    expect(judge(varDataOnRootDisk, { mounts, localPaths: directories('/var/lib/app') }).status).toBe(
      'unknown',
    )
  })

  it('is unknown when the list was cut, or no system disk is known', () => {
    expect(judge(varDataOnRootDisk, { localPaths: { truncated: true } }).status).toBe('unknown')
    expect(judge(varDataOnRootDisk, { disks: { rootDisks: [] } }).status).toBe('unknown')
  })

  it.each([...varDataOnRootDisk.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(varDataOnRootDisk, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
