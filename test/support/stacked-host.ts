import { disks } from '../../src/facts/disks.ts'
import { lvm } from '../../src/facts/lvm.ts'
import { mounts } from '../../src/facts/mounts.ts'
import { raid } from '../../src/facts/raid.ts'
import { storageStack } from '../../src/facts/storage-stack.ts'
import { swap } from '../../src/facts/swap.ts'
import type { File } from '../../src/ignition/config.ts'
import type { IgnitionRequest } from '../../src/ignition/request.ts'
import type { Collector } from '../../src/model/collector.ts'
import type { FactName, FactValue } from '../../src/model/facts.ts'
import type { IgnitionSettings } from '../../src/model/ignition-settings.ts'
import { collectorInput } from './collector-input.ts'
import type { FactOverrides } from './facts-fixture.ts'
import { ignitionRequest, localData, settingsOf } from './ignition-request.ts'
import { wholeProfile } from './whole-profile.ts'

/** Kernel name, path, parent, TYPE, FSTYPE, UUID, MOUNTPOINT. */
type Row = [string, string, string, string, string, string, string]

/** `blkid` and `mdadm --detail --scan` of a CentOS 7 with this array say `ef4c7b73:73bf4089:cd28645a:0cc68564`, too. */
const arrayUuid = 'ef4c7b73-73bf-4089-cd28-645a0cc68564'
/** Of its swap partition, which lies beside preserved data. */
export const swapUuid = '1ffec24e-98cc-468d-9295-49dfb0d7c28f'
const physicalUuids = [
  'h5dpdm-YMJR-HbLi-FKWB-UtIt-9o2n-efbvpF',
  'NYBplr-JD53-GUdn-ZiBf-eb2I-QtgX-H8cew4',
  'LcJ3i3-8Gfc-vs1g-ZNZc-8m0G-bPI3-l87W4X',
] as const
const fastArrayUuid = 'f82a311d-93d4-f3a1-cd35-96118b50ce19'

/**
 * A CentOS 8 with its system on LVM, and data on an array, on a volume of a group of two disks, on a volume over an array and in an
 * encrypted container; on the last disk it swaps.
 */
const rows: Row[] = [
  ['sda', '/dev/sda', '', 'disk', '', '', ''],
  ['sda1', '/dev/sda1', '/dev/sda', 'part', 'xfs', 'aaaa-0001', '/boot'],
  ['sda2', '/dev/sda2', '/dev/sda', 'part', 'LVM2_member', 'ceH3kP-hljE-T6q4-W2qI-Iutm-Vf2N-Uz4omD', ''],
  ['dm-0', '/dev/mapper/cl-root', '/dev/sda2', 'lvm', 'xfs', 'aaaa-0002', '/'],
  ['dm-5', '/dev/mapper/cl-home', '/dev/sda2', 'lvm', 'xfs', 'aaaa-0003', '/var/home'],
  ['sdb', '/dev/sdb', '', 'disk', '', '', ''],
  ['sdb1', '/dev/sdb1', '/dev/sdb', 'part', 'linux_raid_member', arrayUuid, ''],
  ['md127', '/dev/md127', '/dev/sdb1', 'raid1', 'xfs', 'bbbb-0001', '/var/array'],
  ['sdc', '/dev/sdc', '', 'disk', '', '', ''],
  ['sdc1', '/dev/sdc1', '/dev/sdc', 'part', 'linux_raid_member', arrayUuid, ''],
  ['md127', '/dev/md127', '/dev/sdc1', 'raid1', 'xfs', 'bbbb-0001', '/var/array'],
  ['sdd', '/dev/sdd', '', 'disk', 'LVM2_member', physicalUuids[0], ''],
  ['dm-1', '/dev/mapper/data--vg-local_pv', '/dev/sdd', 'lvm', 'ext4', 'bbbb-0002', '/var/local-pv'],
  ['sde', '/dev/sde', '', 'disk', 'LVM2_member', physicalUuids[1], ''],
  ['sdf', '/dev/sdf', '', 'disk', 'linux_raid_member', fastArrayUuid, ''],
  ['md0', '/dev/md0', '/dev/sdf', 'raid0', 'LVM2_member', physicalUuids[2], ''],
  ['dm-2', '/dev/mapper/fast-scratch', '/dev/md0', 'lvm', 'xfs', 'bbbb-0003', '/var/fast'],
  ['sdg', '/dev/sdg', '', 'disk', 'linux_raid_member', fastArrayUuid, ''],
  ['md0', '/dev/md0', '/dev/sdg', 'raid0', 'LVM2_member', physicalUuids[2], ''],
  ['sdh', '/dev/sdh', '', 'disk', 'crypto_LUKS', 'cccc-0001', ''],
  ['dm-3', '/dev/mapper/vault', '/dev/sdh', 'crypt', 'xfs', 'bbbb-0004', '/var/vault'],
  ['sdi', '/dev/sdi', '', 'disk', '', '', ''],
  ['sdi1', '/dev/sdi1', '/dev/sdi', 'part', 'swap', swapUuid, '[SWAP]'],
  ['sdi2', '/dev/sdi2', '/dev/sdi', 'part', 'xfs', 'bbbb-0005', '/var/plain'],
]

const mdstat = `Personalities : [raid1] [raid0]
md127 : active raid1 sdc1[1] sdb1[0]
      976630464 blocks super 1.2 [2/2] [UU]
      bitmap: 0/8 pages [0KB], 65536KB chunk

md0 : active raid0 sdg[1] sdf[0]
      1953260544 blocks super 1.2 512k chunks

unused devices: <none>
`

const report = (mark: string, name: string, values: object[]): string =>
  `\u001e${mark}\n${JSON.stringify({ report: [{ [name]: values }] })}`
const groups = [
  { group: 'cl', volumes: ['root', 'home'], members: ['/dev/sda2'] },
  { group: 'data-vg', volumes: ['local_pv'], members: ['/dev/sdd', '/dev/sde'] },
  { group: 'fast', volumes: ['scratch'], members: ['/dev/md0'] },
]
/** What LVM reports of it. */
export const stackedLvm = [
  report(
    'vg',
    'vg',
    groups.map(({ group }) => ({ vg_name: group, vg_size: '100', vg_free: '0' })),
  ),
  report(
    'lv',
    'lv',
    groups.flatMap(({ group, volumes }) =>
      volumes.map((name) => ({ lv_name: name, vg_name: group, lv_size: '50', segtype: 'linear' })),
    ),
  ),
  report(
    'pv',
    'pv',
    groups.flatMap(({ group, members }) => members.map((name) => ({ pv_name: name, vg_name: group }))),
  ),
].join('\n')

function lsblkOf(lines: readonly Row[]): string {
  return lines
    .map(
      ([kernel, path, parent, type, fstype, uuid, mountpoint]) =>
        `NAME="${path}" KNAME="/dev/${kernel}" PKNAME="${parent}" TYPE="${type}" SIZE="1000" FSTYPE="${fstype}" ` +
        `MOUNTPOINT="${mountpoint}" UUID="${uuid}" LABEL="" PARTLABEL="" PARTUUID="" ROTA="1" RO="0" MODEL="" SERIAL="" TRAN=""`,
    )
    .join('\n')
}

export interface StackedChange {
  rows?: (rows: readonly Row[]) => Row[]
  mdstat?: string
  lvm?: string
}

/** What that host is asked to become, with these paths preserved, for an image that has the programs. */
export function stackedRequest(
  paths: readonly string[],
  change: StackedChange = {},
  more: Partial<Omit<IgnitionRequest, 'facts'>> = {},
): IgnitionRequest {
  return ignitionRequest(stackedFacts(change), {
    node: { name: 'worker-1', data: paths.map((path) => localData(path, 'preserve')) },
    profile: wholeProfile({ 'packages.mdadm': true, 'packages.lvm': true }),
    ...more,
  })
}

/** What a team's own configuration fetches to open the container. */
export const keyFile: File = {
  path: '/etc/keys/vault.key',
  mode: 0o600,
  overwrite: true,
  contents: { source: 'https://keys.example.com/worker-1' },
}

/** The same host, with the data in its container preserved; `isInImage` = the image can open one. */
export function vaultRequest(
  files: readonly File[],
  { luks = [{ container: 'vault', keyFile: keyFile.path }], isInImage = true }: VaultOptions = {},
): IgnitionRequest {
  return stackedRequest(
    ['/var/vault/a'],
    {},
    {
      profile: wholeProfile({ 'packages.cryptsetup': isInImage }),
      settings: settingsOf({ luks }),
      ownConfig: {
        ignition: { version: '3.3.0', timeouts: { httpTotal: 600 } },
        storage: { files: [...files] },
      },
    },
  )
}

interface VaultOptions {
  luks?: IgnitionSettings['luks']
  isInImage?: boolean
}

/** What the collectors make of that host, with other lines of lsblk or /proc/mdstat. */
export function stackedFacts(change: StackedChange = {}): FactOverrides {
  const seen = change.rows?.(rows) ?? rows
  const mounted = [...new Map(seen.map((row) => [row[1], row])).values()].filter(([, , , , , , at]) =>
    at.startsWith('/'),
  )
  const proc = mounted
    .map(([, path, , , fstype, , at]) => `${path} ${at} ${fstype} rw,noatime 0 0\n`)
    .join('')
  const dm = {
    'dm-0': 'LVM-a',
    'dm-1': 'LVM-b',
    'dm-2': 'LVM-c',
    'dm-3': 'CRYPT-LUKS2-d-vault',
    'dm-5': 'LVM-e',
  }
  const mapped = Object.entries(dm).flatMap(([name, uuid]) => [
    [`/sys/block/${name}/dm/uuid`, `${uuid}\n`],
    [`/sys/block/${name}/dm/name`, `${name === 'dm-3' ? 'vault' : name}\n`],
  ])
  return {
    disks: told(disks, { stdout: lsblkOf(seen) }),
    mounts: told(mounts, { files: { '/proc/mounts': proc } }),
    raid: told(raid, { files: { '/proc/mdstat': change.mdstat ?? mdstat } }),
    lvm: told(lvm, { stdout: change.lvm ?? stackedLvm }),
    storageStack: told(storageStack, { files: Object.fromEntries(mapped) as Record<string, string> }),
    swap: told(swap, {
      files: { '/proc/swaps': 'Filename Type Size Used Priority\n/dev/sdi1 partition 4194300 12 -2\n' },
    }),
  }
}

function told<F extends FactName>(
  collector: Collector<F>,
  input: Parameters<typeof collectorInput>[0],
): FactValue<F> {
  return collector.parse(collectorInput(input)) as FactValue<F>
}
