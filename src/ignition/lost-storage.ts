import type { Text } from '../model/text.ts'
import { preservedFilesystems } from './piece-data.ts'
import { keptSwap } from './piece-swap.ts'
import { lost, needFact, type IgnitionRequest, type OpenMatter } from './request.ts'

/** Arrays, volume groups, encryption, swap and whatever else storage of the old system is made of, and the new one is not told of. */
export function lostStorage(request: IgnitionRequest): OpenMatter[] {
  const stacks = preservedFilesystems(request).map(({ stack }) => stack)
  const groups = new Set(stacks.flatMap(({ volumes }) => volumes.map(({ group }) => group)))
  const arrays = new Set(stacks.flatMap((stack) => stack.arrays.map(({ name }) => name)))
  return [
    ...needFact(request, 'lvm')
      .volumeGroups.filter(({ name }) => !groups.has(name))
      .map(({ name }) =>
        lost(`volume-group:${name}`, {
          en: `the volume group ${name} is not set up: nothing of it is mounted`,
          zh: `不会启用卷组 ${name}，其中的内容不会被挂载`,
        }),
      ),
    ...needFact(request, 'raid')
      .arrays.filter(({ name }) => !arrays.has(name))
      .map(({ name, level }) =>
        lost(`raid:${name}`, {
          en: `the array ${name} (${level}) is not set up`,
          zh: `不会设置阵列 ${name}（${level}）`,
        }),
      ),
    ...lostEncryption(
      request,
      new Set(stacks.flatMap(({ containers }) => containers.map(({ name }) => name))),
    ),
    ...lostSwap(request),
    ...lostStacks(request),
  ]
}

/** Also containers that nobody has opened: the new system knows none of them. */
function lostEncryption(request: IgnitionRequest, kept: ReadonlySet<string>): OpenMatter[] {
  const { devices } = needFact(request, 'disks')
  const parents = new Set(devices.flatMap((device) => device.parents))
  const closed = devices.filter(({ fstype, name }) => fstype === 'crypto_LUKS' && !parents.has(name))
  return [
    ...needFact(request, 'storageStack').luks.filter((name) => !kept.has(name)),
    ...closed.map(({ name }) => name),
  ].map((name) =>
    lost(`luks:${name}`, { en: `${name} is encrypted, and is not opened`, zh: `${name} 已加密，不会被打开` }),
  )
}

function lostSwap(request: IgnitionRequest): OpenMatter[] {
  const kept = new Set(keptSwap(request).flatMap(({ name, path }) => [path, `/dev/${name}`]))
  const { devices } = needFact(request, 'swap')
  return devices
    .filter((device) => !kept.has(device.name))
    .map(({ name }) =>
      lost(`swap:${name}`, {
        en: `swap on ${name} is not set up: a kubelet does not start beside it unless it is told to`,
        zh: `不会设置 ${name} 上的交换空间：除非明确允许，kubelet 不会在启用交换空间时启动`,
      }),
    )
}

function lostStacks(request: IgnitionRequest): OpenMatter[] {
  const { multipath, iscsiSessions, nvmeOf, drbd, vdo, bcache, cephOsds } = needFact(request, 'storageStack')
  const kinds: [boolean, string, Text][] = [
    [multipath, 'multipath', { en: 'multipath is not set up', zh: '不会设置多路径' }],
    [
      iscsiSessions > 0,
      'iscsi',
      { en: `${iscsiSessions} iSCSI sessions are not opened`, zh: `不会建立 ${iscsiSessions} 个 iSCSI 会话` },
    ],
    [
      nvmeOf,
      'nvme-of',
      { en: 'disks over NVMe-oF are not connected', zh: '不会连接通过 NVMe-oF 访问的磁盘' },
    ],
    [drbd, 'drbd', { en: 'DRBD is not set up', zh: '不会设置 DRBD' }],
    [vdo, 'vdo', { en: 'VDO volumes are not set up', zh: '不会设置 VDO 卷' }],
  ]
  return [
    ...kinds.flatMap(([isThere, id, why]) => (isThere ? [lost(id, why)] : [])),
    ...bcache.map((name) => lost(`bcache:${name}`, { en: `${name} is not set up`, zh: `不会设置 ${name}` })),
    ...cephOsds.map((name) =>
      lost(`ceph-osd:${name}`, {
        en: `the OSD ${name} is not started: its disks are not set up`,
        zh: `不会启动 OSD ${name}：其磁盘不会设置`,
      }),
    ),
  ]
}
