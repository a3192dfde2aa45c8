import { describe, expect, it } from 'vitest'
import { boot } from '../../src/facts/boot.ts'
import { disks } from '../../src/facts/disks.ts'
import { filesystems } from '../../src/facts/filesystems.ts'
import { fstab } from '../../src/facts/fstab.ts'
import { localPaths } from '../../src/facts/local-paths.ts'
import { lvm } from '../../src/facts/lvm.ts'
import { mounts } from '../../src/facts/mounts.ts'
import { raid } from '../../src/facts/raid.ts'
import { space } from '../../src/facts/space.ts'
import { storageStack } from '../../src/facts/storage-stack.ts'
import { swap } from '../../src/facts/swap.ts'
import { FactGap } from '../../src/model/collector.ts'
import { collectorInput } from '../support/collector-input.ts'
import { runScript } from '../support/run-script.ts'

/** As lsblk 2.32 of CentOS 8 prints a root volume over two disks. */
function row(values: Readonly<Record<string, string>>): string {
  const keys =
    'NAME KNAME PKNAME TYPE SIZE FSTYPE MOUNTPOINT UUID LABEL PARTLABEL PARTUUID ROTA RO MODEL SERIAL TRAN'
  return keys
    .split(' ')
    .map((key) => `${key}="${values[key] ?? ''}"`)
    .join(' ')
}
const rootVolume = {
  NAME: '/dev/mapper/cl-root',
  KNAME: '/dev/dm-0',
  TYPE: 'lvm',
  SIZE: '53687091200',
  FSTYPE: 'xfs',
  MOUNTPOINT: '/',
}
const lsblk = [
  row({
    NAME: '/dev/sda',
    KNAME: '/dev/sda',
    TYPE: 'disk',
    SIZE: '480103981056',
    ROTA: '0',
    RO: '0',
    MODEL: 'PERC\\x20H740P   ',
    SERIAL: '00aa',
    TRAN: 'sas',
  }),
  row({
    NAME: '/dev/sda2',
    KNAME: '/dev/sda2',
    PKNAME: '/dev/sda',
    TYPE: 'part',
    SIZE: '479000000000',
    FSTYPE: 'LVM2_member',
    PARTLABEL: 'a \\x22b\\x22',
  }),
  row({ ...rootVolume, PKNAME: '/dev/sda2' }),
  row({ NAME: '/dev/nvme0n1', KNAME: '/dev/nvme0n1', TYPE: 'disk', SIZE: '1', ROTA: '0', RO: '1' }),
  row({ ...rootVolume, PKNAME: '/dev/nvme0n1' }),
].join('\n')

describe('disks', () => {
  it('merges what several parents list, and finds root disks and drivers', () => {
    const input = collectorInput({
      stdout: lsblk,
      files: {
        '/sys/bus/pci/devices/0000:18:00.0/uevent':
          'DRIVER=megaraid_sas\nPCI_CLASS=10400\nPCI_ID=1000:0016\n',
      },
      links: {
        '/sys/block/sda':
          '../devices/pci0000:17/0000:17:00.0/0000:18:00.0/host0/target0:2:0/0:2:0:0/block/sda',
        '/sys/block/sda/device/driver': '../../../../../../../bus/scsi/drivers/sd',
        '/sys/block/nvme0n1': '../devices/pci0000:3a/0000:3b:00.0/nvme/nvme0/nvme0n1',
        '/sys/block/nvme0n1/device/device/driver': '../../../../bus/pci/drivers/nvme',
      },
    })
    expect(disks.parse(input)).toMatchObject({
      devices: [
        {
          name: 'sda',
          path: '/dev/sda',
          model: 'PERC H740P',
          rotational: false,
          readOnly: false,
          drivers: ['sd', 'megaraid_sas'],
          parents: [],
        },
        { name: 'sda2', parents: ['sda'], partLabel: 'a "b"', drivers: [] },
        {
          name: 'dm-0',
          path: '/dev/mapper/cl-root',
          parents: ['sda2', 'nvme0n1'],
          mountpoint: '/',
          sizeBytes: 53687091200,
        },
        { name: 'nvme0n1', readOnly: true, drivers: ['nvme'] },
      ],
      rootDisks: ['nvme0n1', 'sda'],
    })
  })

  it('reads this machine, and is a gap without lsblk', () => {
    const run = runScript(disks.script ?? '')
    expect(disks.parse(collectorInput(run))).toMatchObject({
      devices: expect.arrayContaining([expect.objectContaining({ parents: [] })]),
    })
    expect(() => disks.parse(collectorInput({ exitCode: 127 }))).toThrow(
      expect.objectContaining({ reason: 'command-missing' }),
    )
    expect(() => disks.parse(collectorInput({ stdout: 'lsblk: failed\n', exitCode: 1 }))).toThrow(FactGap)
  })

  it('ends on devices that are their own parents', () => {
    const loop = [
      row({ NAME: '/dev/a', KNAME: '/dev/a', PKNAME: '/dev/b', MOUNTPOINT: '/' }),
      row({ NAME: '/dev/b', KNAME: '/dev/b', PKNAME: '/dev/a' }),
    ].join('\n')
    expect(disks.parse(collectorInput({ stdout: loop }))).toMatchObject({ rootDisks: [] })
  })
})

describe('lvm', () => {
  const report = (name: string, rows: object[]): string => JSON.stringify({ report: [{ [name]: rows }] })
  const stdout = [
    '\u001evg',
    report('vg', [{ vg_name: 'cl', vg_size: '478000000000', vg_free: '4194304' }]),
    '\u001elv',
    report('lv', [
      { lv_name: 'root', vg_name: 'cl', lv_size: '53687091200', segtype: 'linear' },
      { lv_name: 'root', vg_name: 'cl', lv_size: '53687091200', segtype: 'linear' },
    ]),
    '\u001epv',
    report('pv', [
      { pv_name: '/dev/sda2', vg_name: 'cl' },
      { pv_name: '/dev/sdb', vg_name: '' },
    ]),
  ].join('\n')

  it('reads the reports, a volume once', () => {
    expect(lvm.parse(collectorInput({ stdout }))).toEqual({
      volumeGroups: [{ name: 'cl', sizeBytes: 478000000000, freeBytes: 4194304 }],
      logicalVolumes: [{ name: 'root', volumeGroup: 'cl', sizeBytes: 53687091200, segmentType: 'linear' }],
      physicalVolumes: [
        { name: '/dev/sda2', volumeGroup: 'cl' },
        { name: '/dev/sdb', volumeGroup: null },
      ],
    })
  })

  it('tells none from unknown', () => {
    expect(lvm.parse(collectorInput({ stdout: '\u001enone\n' }))).toMatchObject({ volumeGroups: [] })
    expect(() => lvm.parse(collectorInput({ stdout, privilege: 'user' }))).toThrow('root')
    expect(() => lvm.parse(collectorInput({ stdout: '\u001evg\nWARNING\n' }))).toThrow(FactGap)
    expect(() => lvm.parse(collectorInput({ stdout: '\u001emissing\n' }))).toThrow(FactGap)
  })
})

describe('raid', () => {
  it('knows degraded arrays', () => {
    const mdstat = `Personalities : [raid1] [raid6]
md127 : active raid1 sdb1[1] sda1[0](F)
      1046528 blocks super 1.2 [2/1] [_U]
      bitmap: 0/1 pages [0KB], 65536KB chunk

md0 : active (auto-read-only) raid1 sdd1[1] sdc1[0]
      1046528 blocks super 1.2 [2/2] [UU]

md1 : inactive sde[0](S)
      976630488 blocks super 1.2

unused devices: <none>
`
    expect(raid.parse(collectorInput({ files: { '/proc/mdstat': mdstat } }))).toEqual({
      arrays: [
        { name: 'md127', level: 'raid1', state: 'active', degraded: true, devices: ['sdb1', 'sda1'] },
        { name: 'md0', level: 'raid1', state: 'active', degraded: false, devices: ['sdd1', 'sdc1'] },
        { name: 'md1', level: 'none', state: 'inactive', degraded: false, devices: ['sde'] },
      ],
    })
    expect(raid.parse(collectorInput())).toEqual({ arrays: [] })
  })
})

const procMounts = `/dev/mapper/cl-root / xfs rw,relatime,attr2 0 0
/dev/sda1 /boot/efi vfat rw 0 0
/dev/sdb1 /data\\040disk ext4 rw 0 0
server:/x /mnt nfs4 rw,vers=4.1 0 0
broken
`

describe('mounts, fstab and swap', () => {
  it('reads mounts with octal escapes', () => {
    expect(mounts.parse(collectorInput({ files: { '/proc/mounts': procMounts } }))).toMatchObject({
      mounts: [
        { target: '/', options: ['rw', 'relatime', 'attr2'] },
        {},
        { target: '/data disk' },
        { fstype: 'nfs4' },
      ],
    })
    expect(() => mounts.parse(collectorInput())).toThrow(FactGap)
  })

  it('tells lines of fstab that mount would not take', () => {
    const text = `# comment
UUID=aa / xfs defaults 0 0
/dev/sdb1 /data ext4
/dev/sdc1
tmpfs data tmpfs defaults 0 0
/swap none swap sw 0 0
a /b c d 0 0 too many # x
a /b c d 0 0 # fine
`
    expect(fstab.parse(collectorInput({ files: { '/etc/fstab': text } }))).toEqual({
      entries: [
        { line: 2, source: 'UUID=aa', target: '/', fstype: 'xfs', options: ['defaults'] },
        { line: 3, source: '/dev/sdb1', target: '/data', fstype: 'ext4', options: ['defaults'] },
        { line: 6, source: '/swap', target: 'none', fstype: 'swap', options: ['sw'] },
        { line: 8, source: 'a', target: '/b', fstype: 'c', options: ['d'] },
      ],
      malformed: [
        { line: 4, reason: 'no mount point' },
        { line: 5, reason: 'the mount point is no path' },
        { line: 7, reason: 'more than six fields' },
      ],
    })
    expect(fstab.parse(collectorInput())).toEqual({ entries: [], malformed: [] })
  })

  it('reads swap without its header', () => {
    const text =
      'Filename\t\t\t\tType\t\tSize\tUsed\tPriority\n/dev/dm-1                               partition\t4194300\t12\t-2\n'
    expect(swap.parse(collectorInput({ files: { '/proc/swaps': text } }))).toEqual({
      devices: [{ name: '/dev/dm-1', type: 'partition', sizeKiB: 4194300, usedKiB: 12 }],
    })
  })
})

describe('space', () => {
  it('reads df, with blanks in names and without inodes', () => {
    const stdout = `Filesystem          Type     1K-blocks    Avail   Inodes    IFree Mounted on
/dev/mapper/cl-root xfs       52403200 40000000 26214400 26100000 /
my disk             btrfs      1000000   500000        0        0 /data disk
devtmpfs            devtmpfs   1000000  1000000        -        - /dev
df: /broken: Input/output error
`
    expect(space.parse(collectorInput({ stdout, exitCode: 1 }))).toEqual({
      filesystems: [
        {
          source: '/dev/mapper/cl-root',
          target: '/',
          fstype: 'xfs',
          sizeKiB: 52403200,
          availableKiB: 40000000,
          inodes: 26214400,
          inodesFree: 26100000,
        },
        {
          source: 'my disk',
          target: '/data disk',
          fstype: 'btrfs',
          sizeKiB: 1000000,
          availableKiB: 500000,
          inodes: null,
          inodesFree: null,
        },
        {
          source: 'devtmpfs',
          target: '/dev',
          fstype: 'devtmpfs',
          sizeKiB: 1000000,
          availableKiB: 1000000,
          inodes: null,
          inodesFree: null,
        },
      ],
    })
    expect(() => space.parse(collectorInput())).toThrow(FactGap)
  })

  it('reads this machine', () => {
    const run = runScript(space.script ?? '')
    expect(space.parse(collectorInput(run))).toMatchObject({
      filesystems: expect.arrayContaining([expect.objectContaining({ target: '/' })]),
    })
  })
})

describe('filesystems', () => {
  it('reads features of xfs and ext4 and names those it could not read', () => {
    const stdout = `\u001e/dev/mapper/cl-root
meta-data=/dev/mapper/cl-root    isize=512    agcount=4, agsize=3276800 blks
         =                       sectsz=512   attr=2, projid32bit=1
         =                       crc=1        finobt=1, sparse=1, rmapbt=0
         =                       reflink=1
naming   =version 2              bsize=4096   ascii-ci=0, ftype=1
log      =internal log           bsize=4096   blocks=6400, version=2
         =                       sectsz=512   sunit=0 blks, lazy-count=1
`
    expect(filesystems.parse(collectorInput({ stdout, files: { '/proc/mounts': procMounts } }))).toEqual({
      value: {
        filesystems: [
          {
            device: '/dev/mapper/cl-root',
            mountpoint: '/',
            type: 'xfs',
            features: [
              'attr=2',
              'crc=1',
              'finobt=1',
              'sparse=1',
              'rmapbt=0',
              'reflink=1',
              'ascii-ci=0',
              'ftype=1',
              'lazy-count=1',
            ],
          },
          { device: '/dev/sdb1', mountpoint: '/data disk', type: 'ext4', features: null },
        ],
      },
      degraded: 'features could not be read of /data disk',
    })
    const ext = '\u001e/dev/sdb1\nFilesystem features:      has_journal ext_attr 64bit metadata_csum\n'
    expect(
      filesystems.parse(
        collectorInput({ stdout: ext, files: { '/proc/mounts': '/dev/sdb1 /d ext4 rw 0 0\n' } }),
      ),
    ).toMatchObject({
      filesystems: [{ features: ['has_journal', 'ext_attr', '64bit', 'metadata_csum'] }],
    })
  })
})

describe('boot', () => {
  const efi = `\u001esecure boot
   1
\u001eentries
BootCurrent: 0001
Timeout: 1 seconds
BootOrder: 0001,0000
Boot0000  PXE\tPciRoot(0x0)
Boot0001* CentOS Linux\tHD(1,GPT,aaaa,0x800,0x12c000)/File(\\EFI\\centos\\shimx64.efi)
`

  it('reads a UEFI machine', () => {
    const input = collectorInput({
      stdout: efi,
      files: {
        '/proc/mounts': procMounts,
        '/etc/default/grub': 'GRUB_CMDLINE_LINUX="crashkernel=auto quiet"\nGRUB_ENABLE_BLSCFG=true\n',
        '/sys/class/tpm/tpm0/tpm_version_major': '2\n',
        '/etc/dracut.conf.d/raid.conf': 'add_drivers+=" raid1 dm_mod "\n# x\nhostonly=no\n',
      },
      paths: {
        '/sys/firmware/efi': 'directory',
        '/sys/class/tpm/tpm0': 'link',
        '/usr/sbin/efibootmgr': 'file',
        '/boot/grub2/grubenv': { kind: 'link', sizeBytes: 25, target: '../efi/EFI/centos/grubenv' },
        '/boot/efi/EFI/centos/grubenv': { kind: 'file', sizeBytes: 1024, target: null },
      },
    })
    expect(boot.parse(input)).toEqual({
      mode: 'uefi',
      esp: { device: '/dev/sda1', mountpoint: '/boot/efi', fstype: 'vfat' },
      secureBoot: true,
      tpm: '2',
      efiTools: true,
      efiEntries: [
        { id: '0000', label: 'PXE', active: false, path: 'PciRoot(0x0)' },
        {
          id: '0001',
          label: 'CentOS Linux',
          active: true,
          path: 'HD(1,GPT,aaaa,0x800,0x12c000)/File(\\EFI\\centos\\shimx64.efi)',
        },
      ],
      efiBootOrder: ['0001', '0000'],
      efiBootCurrent: '0001',
      grubDefault: { cmdline: ['crashkernel=auto', 'quiet'], blscfg: true, problems: [] },
      grubenvBytes: 1024,
      grubenvHidden: false,
      dracutConf: [
        { file: '/etc/dracut.conf.d/raid.conf', key: 'add_drivers', value: 'raid1 dm_mod' },
        { file: '/etc/dracut.conf.d/raid.conf', key: 'hostonly', value: 'no' },
      ],
    })
  })

  it('does not take a BIOS machine for one with secure boot off', () => {
    expect(boot.parse(collectorInput({ files: { '/proc/mounts': '' } }))).toMatchObject({
      mode: 'bios',
      secureBoot: null,
      esp: null,
      tpm: null,
      grubDefault: null,
    })
  })
})

describe('storageStack', () => {
  it('knows device-mapper targets by their uuid', () => {
    const input = collectorInput({
      files: {
        '/sys/block/dm-0/dm/uuid': 'LVM-abc\n',
        '/sys/block/dm-1/dm/uuid': 'CRYPT-LUKS2-aaaa-luks-x\n',
        '/sys/block/dm-1/dm/name': 'luks-x\n',
        '/sys/block/dm-2/dm/uuid': 'mpath-3600508b4\n',
        '/sys/class/nvme/nvme0/transport': 'tcp\n',
      },
      paths: {
        '/sys/class/fc_host/host3': 'link',
        '/sys/class/iscsi_session/session1': 'link',
        '/sys/module/drbd': 'directory',
        '/var/lib/ceph/osd/ceph-4': 'directory',
      },
    })
    expect(storageStack.parse(input)).toEqual({
      multipath: true,
      nvmeOf: true,
      iscsiSessions: 1,
      fibreChannelHosts: 1,
      luks: ['luks-x'],
      bcache: [],
      drbd: true,
      vdo: false,
      cephOsds: ['ceph-4'],
    })
  })
})

describe('localPaths', () => {
  const stdout = `\u001epaths
directory /opt/agent
directory /opt/multi
directory /usr/local/share/man
file /usr/local/bin/tool
directory /data
\u001eowners
agent
first
second
filesystem
file /usr/local/bin/tool is not owned by any package
file /data is not owned by any package
`

  it('gives every path its owner, and names all where one has several', () => {
    const single = stdout.replace('first\nsecond\n', 'first\n')
    expect(
      localPaths.parse(
        collectorInput({ stdout: single, files: { '/proc/mounts': '/dev/sdb1 /data xfs rw 0 0\n' } }),
      ),
    ).toEqual({
      entries: [
        { path: '/opt/agent', kind: 'directory', package: 'agent' },
        { path: '/opt/multi', kind: 'directory', package: 'first' },
        { path: '/usr/local/bin/tool', kind: 'file', package: null },
        { path: '/data', kind: 'mount', package: null },
      ],
      truncated: false,
    })
    expect(localPaths.parse(collectorInput({ stdout }))).toMatchObject({
      entries: [{ package: 'agent or first or second' }, {}, {}, {}, {}],
    })
    const { entries } = localPaths.parse(collectorInput({ stdout })) as {
      entries: { path: string; package: string | null }[]
    }
    expect(entries.filter((entry) => entry.package === null).map(({ path }) => path)).toEqual([
      '/usr/local/bin/tool',
      '/data',
    ])
  })

  it('does not say that a path has no owner where there is no rpm', () => {
    const without = `${stdout.split('\u001eowners')[0]}\u001eno rpm\n`
    expect(localPaths.parse(collectorInput({ stdout: without }))).toMatchObject({
      degraded: expect.stringContaining('no rpm'),
    })
  })

  it('adds mount points without looking at them, and says which homes it may not see', () => {
    const more = `\u001emounted /mnt/app\n\u001edenied /root\n${stdout}`
    const files = { '/proc/mounts': 'filer:/app /mnt/app nfs rw 0 0\n' }
    const parsed = localPaths.parse(collectorInput({ stdout: more, files }))
    expect(parsed).toMatchObject({ degraded: 'not allowed to look into /root' })
    expect('value' in parsed ? parsed.value.entries : []).toContainEqual({
      path: '/mnt/app',
      kind: 'mount',
      package: null,
    })
  })
})
