import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { boot } from '../../src/facts/boot.ts'
import { disks } from '../../src/facts/disks.ts'
import { filesystems } from '../../src/facts/filesystems.ts'
import { localPaths } from '../../src/facts/local-paths.ts'
import { mounts } from '../../src/facts/mounts.ts'
import { storageStack } from '../../src/facts/storage-stack.ts'
import { collectorInput } from '../support/collector-input.ts'
import { runScript } from '../support/run-script.ts'

describe('what is not seen of storage', () => {
  it('says that grubenv is hidden rather than missing', () => {
    const files = { '/proc/mounts': '/dev/vda1 / xfs rw 0 0\n' }
    expect(boot.parse(collectorInput({ files, hidden: ['/boot/grub2'] }))).toMatchObject({
      grubenvBytes: null,
      grubenvHidden: true,
    })
  })

  it('names filesystems beyond those that are asked', () => {
    const mountTable = Array.from(
      { length: 20 },
      (_, index) => `/dev/sd${index} /d${index} xfs rw 0 0\n`,
    ).join('')
    const stdout = Array.from({ length: 16 }, (_, index) => `\u001e/dev/sd${index}\ncrc=1 ftype=1\n`).join('')
    const parsed = filesystems.parse(collectorInput({ stdout, files: { '/proc/mounts': mountTable } }))
    expect(parsed).toMatchObject({
      degraded: 'features could not be read of /d16, /d17, /d18 and 1 more (only 16 of 20 are asked)',
    })
    expect('value' in parsed ? parsed.value.filesystems : []).toHaveLength(20)
  })

  it('says when mounts or devices were cut', () => {
    const many = '/dev/vda1 / xfs rw 0 0\n'.repeat(5001)
    expect(mounts.parse(collectorInput({ files: { '/proc/mounts': many } }))).toMatchObject({
      degraded: 'only the first 5000 of 5001 mounts are kept',
    })
    const stdout = Array.from(
      { length: 2001 },
      (_, index) => `NAME="/dev/x${index}" KNAME="/dev/x${index}" TYPE="disk" SIZE="1"\n`,
    ).join('')
    expect(disks.parse(collectorInput({ stdout }))).toMatchObject({
      degraded: 'only the first 2000 of 2001 block devices are kept',
    })
  })

  it.each([
    ['/var/lib/ceph/0fb1d9a0-0000-4000-8000-00000000aaaa/osd.3', 'osd.3'],
    ['/var/lib/ceph/osd/ceph-4', 'ceph-4'],
    [
      '/var/lib/rook/rook-ceph/0fb1d9a0-0000-4000-8000-00000000aaaa_1fb1d9a0-0000-4000-8000-00000000bbbb',
      '0fb1d9a0-0000-4000-8000-00000000aaaa_1fb1d9a0-0000-4000-8000-00000000bbbb',
    ],
  ])('finds the OSD of %s', (path, name) => {
    const paths = { [path]: 'directory', '/var/lib/rook/rook-ceph/log': 'directory' } as const
    expect(storageStack.parse(collectorInput({ paths }))).toMatchObject({ cephOsds: [name] })
  })

  it('finds OSDs by the names of their logical volumes', () => {
    const files = {
      '/sys/block/dm-0/dm/uuid': 'LVM-abc\n',
      '/sys/block/dm-0/dm/name': 'ceph--0fb1d9a0--0000-osd--block--1fb1\n',
      '/sys/block/dm-1/dm/uuid': 'LVM-def\n',
      '/sys/block/dm-1/dm/name': 'cl-root\n',
    }
    expect(storageStack.parse(collectorInput({ files }))).toMatchObject({
      cephOsds: ['ceph--0fb1d9a0--0000-osd--block--1fb1'],
    })
  })
})

describe('homes and /mnt', () => {
  it('are named where something beside dot files lies in them', () => {
    const root = mkdtempSync(join(tmpdir(), 'osferry-homes-'))
    try {
      for (const name of ['home/busy', 'home/idle', 'home/empty', 'root/backup', 'mnt/restore', 'srv'])
        mkdirSync(join(root, name), { recursive: true })
      for (const name of ['home/busy/model.bin', 'home/idle/.bashrc', 'root/anaconda-ks.cfg', 'root/.ssh'])
        writeFileSync(join(root, name), '')
      const script = (localPaths.script ?? '').replaceAll(/\/(?=(?:root|mnt|home|srv)[ ;/])/g, `${root}/`)
      const listed = runScript(script)
        .stdout.split('\n')
        .filter((line) => line.includes(`${root}/`))
      expect(listed.filter((line) => /^(?:directory|file|link) \S+$/.test(line))).toEqual([
        `directory ${root}/root/backup`,
        `directory ${root}/mnt/restore`,
        `directory ${root}/home/busy`,
      ])
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  })

  it('are not looked at where they are mount points', () => {
    const root = mkdtempSync(join(tmpdir(), 'osferry-mounts-'))
    try {
      mkdirSync(join(root, 'mnt/app'), { recursive: true })
      mkdirSync(join(root, 'mnt/plain'))
      writeFileSync(join(root, 'table'), `filer:/a ${root}/mnt/app nfs rw 0 0\n`)
      const script = (localPaths.script ?? '')
        .replaceAll(/\/(?=mnt[ ;/])/g, `${root}/`)
        .replaceAll('/proc/mounts', `${root}/table`)
      const { stdout } = runScript(script)
      expect(stdout).toContain(`\u001emounted ${root}/mnt/app\n`)
      expect(stdout).toContain(`directory ${root}/mnt/plain\n`)
      expect(stdout).not.toContain(`directory ${root}/mnt/app\n`)
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  })
})
