import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildIgnition } from '../../src/ignition/build-config.ts'
import type { IgnitionConfig } from '../../src/ignition/config.ts'
import { lintIgnition } from '../../src/ignition/lint.ts'
import { preservedFilesystems } from '../../src/ignition/piece-data.ts'
import { preservedGuard } from '../../src/ignition/preserved-guard.ts'
import { escapedPath } from '../../src/ignition/unit-file.ts'
import { disk } from '../support/healthy-node.ts'
import { ignitionRequest, localData } from '../support/ignition-request.ts'

const uuid = '6a0c9bd2-0000-4000-8000-00000000000b'
const devices = [
  disk({ name: 'vda', type: 'disk' }),
  disk({ name: 'vda2', type: 'part', parents: ['vda'], fstype: 'xfs', mountpoint: '/', uuid: 'aaaa-bbbb' }),
  disk({
    name: 'vda3',
    type: 'part',
    parents: ['vda'],
    fstype: 'xfs',
    mountpoint: '/var/old',
    uuid: 'cccc-dddd',
  }),
  disk({ name: 'vdb', type: 'disk' }),
  disk({
    name: 'vdb1',
    type: 'part',
    parents: ['vdb'],
    fstype: 'ext4',
    mountpoint: '/var/data',
    uuid,
    label: 'data',
    partLabel: 'data-part',
    partUuid: '1111-2222',
  }),
  disk({ name: 'vdc', type: 'disk', uuid: 'eeee-ffff' }),
  disk({
    name: 'vg-lv',
    path: '/dev/mapper/vg-lv',
    type: 'lvm',
    parents: ['vdc'],
    fstype: 'xfs',
    mountpoint: '/var/lv',
    uuid: '9999-8888',
  }),
]
const mount = (source: string, target: string, fstype = 'ext4') => ({
  source,
  target,
  fstype,
  options: ['rw', 'noatime'],
})
const facts = {
  disks: { devices, rootDisks: ['vda'] },
  mounts: {
    mounts: [
      mount('/dev/vda2', '/', 'xfs'),
      mount('/dev/vda3', '/var/old', 'xfs'),
      mount('/dev/vdb1', '/var/data'),
      mount('/dev/mapper/vg-lv', '/var/lv', 'xfs'),
    ],
  },
}
const keeping = (...paths: string[]) =>
  ignitionRequest(facts, {
    node: { name: 'worker-1', data: paths.map((path) => localData(path, 'preserve')) },
  })
const guard = (storage: IgnitionConfig['storage']) =>
  preservedGuard(
    { ignition: { version: '3.3.0' }, storage },
    preservedFilesystems(keeping('/var/data/a')),
    devices,
  )

describe('data that are preserved', () => {
  it('are also disks that are mounted below them, but those of pods and what was decided otherwise', () => {
    const part = (name: string, mountpoint: string) =>
      disk({ name, type: 'part', parents: ['vdb'], fstype: 'xfs', mountpoint, uuid: `${name}-0000` })
    const below = ['wal', 'scratch', 'pods/6a0c9bd2-0000-4000-8000-00000000000b/volumes']
    const parts = below.map((path, index) => part(`vdb${index + 2}`, `/var/data/${path}`))
    const request = ignitionRequest(
      {
        disks: { devices: [...devices, ...parts], rootDisks: ['vda'] },
        mounts: {
          mounts: [
            ...facts.mounts.mounts,
            ...parts.map(({ path, mountpoint }) => mount(path, mountpoint ?? '', 'xfs')),
            mount('nas:/share', '/var/data/share', 'nfs4'),
          ],
        },
      },
      {
        node: {
          name: 'worker-1',
          data: [localData('/var/data', 'preserve'), localData('/var/data/scratch', 'discard')],
        },
      },
    )
    expect(preservedFilesystems(request).map(({ target }) => target)).toEqual(['/var/data', '/var/data/wal'])
  })

  it('are mounted again where they were, found by UUID, and never wiped', () => {
    const { config } = buildIgnition(keeping('/var/data/a', '/var/data/b'))
    expect(config.storage?.filesystems).toEqual([
      { device: `/dev/disk/by-uuid/${uuid}`, path: '/var/data', format: 'ext4', uuid, wipeFilesystem: false },
    ])
    const unit = config.systemd?.units?.find(({ name }) => name === 'var-data.mount')
    expect(unit?.contents).toContain(
      `What=/dev/disk/by-uuid/${uuid}\nWhere=/var/data\nType=ext4\nOptions=noatime\n`,
    )
    expect(config.storage?.disks).toBeUndefined()
  })

  it.each([
    ['/var/old/x', 'it lies on the system disk'],
    ['/var/lv/x', 'a volume that LVM does not tell of'],
    ['/home/x', 'system disk'],
  ])('%s is refused: %s', (path, reason) => {
    expect(() => buildIgnition(keeping(path))).toThrow(
      expect.objectContaining({ code: 'PROFILE_UNFIT', message: expect.stringContaining(reason) }),
    )
  })

  it('is refused when two devices have its UUID', () => {
    const twins = [...devices, disk({ name: 'vdd', fstype: 'ext4', uuid })]
    const request = ignitionRequest(
      { ...facts, disks: { devices: twins, rootDisks: ['vda'] } },
      { node: { name: 'worker-1', data: [localData('/var/data/a', 'preserve')] } },
    )
    expect(() => buildIgnition(request)).toThrow('have the same UUID')
  })
})

describe('the guard of preserved data', () => {
  const names = [
    '/dev/vdb1',
    `/dev/disk/by-uuid/${uuid}`,
    '/dev/disk/by-label/data',
    '/dev/disk/by-partlabel/data-part',
    '/dev/disk/by-partuuid/1111-2222',
    '/dev/vdb',
  ]

  it.each(names)('refuses a file system that is made on %s', (device) => {
    expect(guard({ filesystems: [{ device, format: 'xfs', wipeFilesystem: true }] })).toMatchObject([
      { rule: 'preserved', path: ['storage', 'filesystems', 0] },
    ])
    // Not wiped, and made anew all the same when the format is another one.
    expect(guard({ filesystems: [{ device, format: 'xfs', wipeFilesystem: false }] })).toHaveLength(1)
  })

  it.each(names)('refuses partitions, arrays and encryption of %s', (device) => {
    expect(guard({ disks: [{ device, wipeTable: true }] })).toHaveLength(1)
    expect(guard({ disks: [{ device, partitions: [{ number: 1, sizeMiB: 10 }] }] })).toHaveLength(1)
    expect(guard({ raid: [{ name: 'md0', level: 'raid0', devices: [device] }] })).toHaveLength(1)
    expect(guard({ luks: [{ name: 'l', device }] })).toHaveLength(1)
  })

  it('refuses a device that no fact knows', () => {
    expect(guard({ disks: [{ device: '/dev/disk/by-id/wwn-0x5000', wipeTable: true }] })).toMatchObject([
      { message: { en: expect.stringContaining('no device of the host is known as') } },
    ])
  })

  it('leaves other disks alone, and the preserved one as it is kept', () => {
    expect(guard({ disks: [{ device: '/dev/vda', wipeTable: true }, { device: '/dev/vdb' }] })).toEqual([])
    const own = {
      device: `/dev/disk/by-uuid/${uuid}`,
      path: '/var/data',
      format: 'ext4',
      uuid,
      wipeFilesystem: false,
    }
    expect(guard({ filesystems: [own] })).toEqual([])
    expect(guard({ filesystems: [{ ...own, label: 'other' }] })).toHaveLength(1)
  })
})

describe('escapedPath', () => {
  it.each([
    ['/var/data', 'var-data'],
    ['/var/my-data', String.raw`var-my\x2ddata`],
    ['/var/.hidden/', String.raw`var-.hidden`],
    ['/.hidden', String.raw`\x2ehidden`],
    ['/var/é', String.raw`var-\xc3\xa9`],
  ])('%s is %s', (path, name) => {
    expect(escapedPath(path)).toBe(name)
  })

  it('tells any two paths apart', () => {
    const path = fc.stringMatching(/^(\/[a-z\-._é ]{1,5}){1,3}$/)
    fc.assert(
      fc.property(path, path, (a, b) => {
        fc.pre(a !== b)
        expect(escapedPath(a)).not.toBe(escapedPath(b))
      }),
    )
  })
})

it('the linter sees two file systems on one path that the validator lets through', () => {
  const filesystems = [
    { device: '/dev/vdb1', path: '/var', format: 'ext4' },
    { device: '/dev/vdc', path: '/var', format: 'xfs' },
  ]
  const { issues } = lintIgnition({ ignition: { version: '3.3.0' }, storage: { filesystems } })
  expect(issues.map(({ rule }) => rule)).toEqual(['filesystem-path'])
})
