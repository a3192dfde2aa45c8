import type { Filesystem, IgnitionConfig, Partition } from './config.ts'
import { problem, repeated, type IgnitionIssue, type LintRule } from './lint-issue.ts'

type Raid = NonNullable<NonNullable<IgnitionConfig['storage']>['raid']>[number]
type Luks = NonNullable<NonNullable<IgnitionConfig['storage']>['luks']>[number]

const twice = { en: 'stands twice', zh: '重复出现' }
const notAbsolute = { en: 'is not an absolute path', zh: '不是绝对路径' }

/** Partitions have a number or a label, do not collide and do not overlap. */
export const partitionRule: LintRule = ({ storage }) => {
  const disks = storage?.disks ?? []
  return [
    ...repeated(disks, ({ device }) => device).map(({ index }) =>
      problem('disk', ['storage', 'disks', index], twice),
    ),
    ...disks.flatMap(({ device, partitions }, index) => {
      const place = ['storage', 'disks', index]
      const absolute = device.startsWith('/') ? [] : [problem('disk', [...place, 'device'], notAbsolute)]
      return [...absolute, ...partitionIssues(partitions ?? [], [...place, 'partitions'])]
    }),
  ]
}

function partitionIssues(partitions: readonly Partition[], place: readonly PropertyKey[]): IgnitionIssue[] {
  const numbered = partitions.filter(({ number }) => (number ?? 0) !== 0)
  return [
    ...partitions.flatMap((partition, index) => onePartition(partition, [...place, index])),
    ...repeated(numbered, ({ number }) => String(number)).map(({ item }) =>
      problem('partition-number', [...place, partitions.indexOf(item)], twice),
    ),
    ...repeated(
      partitions.filter(({ label }) => (label ?? '') !== ''),
      ({ label }) => label ?? '',
    ).map(({ item }) => problem('partition-label', [...place, partitions.indexOf(item)], twice)),
    ...overlaps(partitions).map((index) =>
      problem('partition-overlap', [...place, index], {
        en: 'overlaps another partition',
        zh: '与其他分区重叠',
      }),
    ),
  ]
}

function onePartition(partition: Partition, place: readonly PropertyKey[]): IgnitionIssue[] {
  const { label, number, shouldExist, startMiB, sizeMiB, typeGuid, guid } = partition
  const issues: IgnitionIssue[] = []
  if ((number ?? 0) < 0)
    issues.push(problem('partition-number', [...place, 'number'], { en: 'is below 1', zh: '小于 1' }))
  if ((number ?? 0) === 0 && (label ?? '') === '')
    issues.push(
      problem('partition-number', place, { en: 'has neither number nor label', zh: '既无编号也无标签' }),
    )
  if (label?.includes(':') === true || (label?.length ?? 0) > 36)
    issues.push(
      problem('partition-label', [...place, 'label'], {
        en: 'is longer than 36 letters, or is cut before its colon',
        zh: '超过 36 个字符，或在冒号前被截断',
      }),
    )
  const details = [label, startMiB, sizeMiB, typeGuid, guid].some(
    (value) => value !== null && value !== undefined,
  )
  if (shouldExist === false && (details || (number ?? 0) === 0))
    issues.push(
      problem('partition-absent', place, {
        en: 'is to be deleted and described at the same time: a number alone says which',
        zh: '既要求删除又描述了内容：删除时只写编号',
      }),
    )
  for (const [name, value] of Object.entries({ typeGuid, guid }))
    if (typeof value === 'string' && value !== '' && !guidForm.test(value))
      issues.push(problem('partition-guid', [...place, name], { en: 'is no GUID', zh: '不是 GUID' }))
  return issues
}

const guidForm = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/i

/** Partitions of which start and size are known, and that lie on another one. */
function overlaps(partitions: readonly Partition[]): number[] {
  const placed = partitions.flatMap(({ startMiB, sizeMiB, shouldExist }, index) =>
    shouldExist === false || (startMiB ?? 0) === 0 || (sizeMiB ?? 0) === 0
      ? []
      : [{ index, start: startMiB ?? 0, end: (startMiB ?? 0) + (sizeMiB ?? 0) }],
  )
  return placed
    .filter((a, i) => placed.some((b, j) => j < i && a.start < b.end && b.start < a.end))
    .map(({ index }) => index)
}

/** File systems have a format that Ignition makes, and a path of their own. */
export const filesystemRule: LintRule = ({ storage }) => {
  const filesystems = storage?.filesystems ?? []
  const mounted = filesystems.filter(({ path }) => (path ?? '') !== '')
  return [
    ...repeated(filesystems, ({ device }) => device).map(({ index }) =>
      problem('filesystem', ['storage', 'filesystems', index], twice),
    ),
    ...repeated(mounted, ({ path }) => path ?? '').map(({ item }) =>
      problem('filesystem-path', ['storage', 'filesystems', filesystems.indexOf(item), 'path'], {
        en: `two file systems are mounted on ${item.path}: one hides the other`,
        zh: `两个文件系统挂载到 ${item.path}：其中一个会被遮住`,
      }),
    ),
    ...filesystems.flatMap((filesystem, index) =>
      filesystemIssues(filesystem, ['storage', 'filesystems', index]),
    ),
  ]
}

const formats = new Set(['ext4', 'btrfs', 'xfs', 'vfat', 'swap', 'none'])
const labelBytes: Readonly<Record<string, number>> = { ext4: 16, btrfs: 256, xfs: 12, vfat: 11, swap: 15 }

function filesystemIssues(filesystem: Filesystem, place: readonly PropertyKey[]): IgnitionIssue[] {
  const { device, format, path, label, uuid, options, mountOptions, wipeFilesystem } = filesystem
  const issues: IgnitionIssue[] = []
  if (!device.startsWith('/')) issues.push(problem('filesystem', [...place, 'device'], notAbsolute))
  if (typeof path === 'string' && path !== '' && !path.startsWith('/'))
    issues.push(problem('filesystem-path', [...place, 'path'], notAbsolute))
  if ((format ?? '') === '') {
    const says = [path, label, uuid].some((value) => (value ?? '') !== '')
    if (says || wipeFilesystem === true || (options?.length ?? 0) + (mountOptions?.length ?? 0) > 0)
      issues.push(problem('filesystem-format', [...place, 'format'], { en: 'is missing', zh: '缺少该项' }))
  } else if (!formats.has(format ?? ''))
    issues.push(
      problem('filesystem-format', [...place, 'format'], {
        en: `is none of ${[...formats].join(', ')}`,
        zh: `不是 ${[...formats].join('、')} 之一`,
      }),
    )
  if (new TextEncoder().encode(label ?? '').length > (labelBytes[format ?? ''] ?? Infinity))
    issues.push(
      problem('filesystem-label', [...place, 'label'], {
        en: `is longer than ${labelBytes[format ?? '']} bytes`,
        zh: `超过 ${labelBytes[format ?? '']} 字节`,
      }),
    )
  return issues
}

const levels = /^(linear|raid[014-6]|raid10|[014-6]|10|stripe|mirror)$/

/** RAID and LUKS have their devices; as many pins of Clevis as are asked for. */
export const volumeRule: LintRule = ({ storage }) => [
  ...repeated(storage?.raid ?? [], ({ name }) => name).map(({ index }) =>
    problem('raid', ['storage', 'raid', index], twice),
  ),
  ...(storage?.raid ?? []).flatMap((raid, index) => raidIssues(raid, ['storage', 'raid', index])),
  ...repeated(storage?.luks ?? [], ({ name }) => name).map(({ index }) =>
    problem('luks', ['storage', 'luks', index], twice),
  ),
  ...(storage?.luks ?? []).flatMap((luks, index) => luksIssues(luks, ['storage', 'luks', index])),
]

function raidIssues({ level, devices, spares }: Raid, place: readonly PropertyKey[]): IgnitionIssue[] {
  const issues: IgnitionIssue[] = []
  if (!levels.test(level ?? ''))
    issues.push(
      problem('raid', [...place, 'level'], { en: 'is no level of RAID', zh: '不是有效的 RAID 级别' }),
    )
  if ((devices?.length ?? 0) === 0)
    issues.push(problem('raid', [...place, 'devices'], { en: 'no device is named', zh: '未列出设备' }))
  for (const [index, device] of (devices ?? []).entries())
    if (!device.startsWith('/')) issues.push(problem('raid', [...place, 'devices', index], notAbsolute))
  if ((spares ?? 0) > 0 && /^(linear|raid0|0|stripe)$/.test(level ?? ''))
    issues.push(
      problem('raid', [...place, 'level'], { en: 'has no spares at this level', zh: '该级别不支持备用盘' }),
    )
  return issues
}

function luksIssues({ device, clevis }: Luks, place: readonly PropertyKey[]): IgnitionIssue[] {
  const issues: IgnitionIssue[] = []
  if (!(device ?? '').startsWith('/')) issues.push(problem('luks', [...place, 'device'], notAbsolute))
  const pins = (clevis?.tang?.length ?? 0) + (clevis?.tpm2 === true ? 1 : 0)
  const isCustom = (clevis?.custom?.pin ?? '') !== ''
  if (!isCustom && (clevis?.threshold ?? 0) > pins)
    issues.push(
      problem('luks', [...place, 'clevis', 'threshold'], {
        en: `asks for ${clevis?.threshold} keys and has ${pins}: it can never be opened`,
        zh: `需要 ${clevis?.threshold} 个密钥却只有 ${pins} 个：永远无法解锁`,
      }),
    )
  return issues
}
