import type { FactValue } from '../model/facts.ts'
import type { LocalData } from '../model/data-decision.ts'
import { decidedOtherwise, isKeptMount } from '../model/kept-mounts.ts'
import { isBelow } from '../model/space-of-path.ts'
import { profileValue } from '../model/profile-fields.ts'
import { needFact, refuseUnfit, type IgnitionRequest, type Piece } from './request.ts'
import type { Filesystem, Unit } from './config.ts'

type Mount = FactValue<'mounts'>['mounts'][number]
type Device = FactValue<'disks'>['devices'][number]

/** A file system that keeps its data while the system under it is replaced. */
export interface PreservedFilesystem {
  target: string
  device: Device
  options: readonly string[]
  /** The data that lie on it. */
  data: readonly LocalData[]
}

const formats = new Set(['ext4', 'xfs', 'btrfs'])

/** The file systems that hold what the plan preserves; refuses what cannot be kept for sure. */
export function preservedFilesystems(request: IgnitionRequest): PreservedFilesystem[] {
  const kept = request.node.data.filter(({ action, path }) => action === 'preserve' && path !== null)
  if (kept.length === 0) return []
  const { mounts } = needFact(request, 'mounts')
  const { devices, rootDisks } = needFact(request, 'disks')
  const found = new Map<string, PreservedFilesystem>()
  const held = kept.flatMap((data) =>
    [mountOf(mounts, data.path ?? '/'), ...mountsBelow(request, mounts, data)].map((mount) => ({
      data,
      mount,
    })),
  )
  for (const { data, mount } of held) {
    const device = devices.find(({ path }) => path === mount?.source)
    if (mount === undefined || device === undefined)
      return refuseUnfit(request, `${data.path} is to be preserved, and no disk is known that holds it`)
    refuseUnsafe(request, { data, mount, device, devices, rootDisks })
    const known = found.get(mount.target)
    found.set(mount.target, {
      target: mount.target,
      device,
      options: mount.options.filter((option) =>
        /^(noatime|nodiratime|relatime|discard|nofail|prjquota|pquota|uquota|nodev|nosuid)$/.test(option),
      ),
      data: [...(known?.data ?? []), data],
    })
  }
  return [...found.values()].toSorted((a, b) => a.target.localeCompare(b.target))
}

/** They are mounted again where they were; Ignition finds them by their UUID and never makes anew what it does not find. */
export function dataPiece(request: IgnitionRequest): Piece {
  const kept = preservedFilesystems(request)
  return {
    from: ['plan.data', 'facts.mounts', 'facts.disks'],
    filesystems: kept.map(filesystemOf),
    units: kept.map(mountUnit),
  }
}

function filesystemOf({ target, device }: PreservedFilesystem): Filesystem {
  return {
    device: `/dev/disk/by-uuid/${device.uuid}`,
    path: target,
    format: device.fstype,
    uuid: device.uuid,
    wipeFilesystem: false,
  }
}

function mountUnit({ target, device, options }: PreservedFilesystem): Unit {
  const contents = [
    '[Unit]',
    'Description=Data kept from the system before',
    'Before=containerd.service kubelet.service',
    '[Mount]',
    `What=/dev/disk/by-uuid/${device.uuid}`,
    `Where=${target.replaceAll('%', '%%')}`,
    `Type=${device.fstype}`,
    ...(options.length === 0 ? [] : [`Options=${options.join(',')}`]),
    '[Install]',
    'RequiredBy=local-fs.target',
    '',
  ].join('\n')
  return { name: `${escapedPath(target)}.mount`, enabled: true, contents }
}

/** The name of a mount unit: `/var/my-data` is `var-my\x2ddata`. systemd-escape(1) */
export function escapedPath(path: string): string {
  const bytes = [...new TextEncoder().encode(path.replace(/^\/+|\/+$/g, '').replace(/\/+/g, '/'))]
  return bytes
    .map((byte, index) => {
      const sign = String.fromCharCode(byte)
      if (sign === '/') return '-'
      const isPlain = /[A-Za-z0-9:_]/.test(sign) || (sign === '.' && index > 0)
      return isPlain ? sign : String.raw`\x` + byte.toString(16).padStart(2, '0')
    })
    .join('')
}

/** Disks that are mounted below a path belong to it, but those of pods and what was decided otherwise. */
function mountsBelow(
  { node }: IgnitionRequest,
  mounts: readonly Mount[],
  { kind, path }: LocalData,
): readonly Mount[] {
  if (path === null || kind === 'kubelet-root') return []
  const otherwise = decidedOtherwise(node.data)
  return mounts.filter(
    ({ source, target }) =>
      source.startsWith('/dev/') &&
      target !== path &&
      isBelow(target, path) &&
      isKeptMount(target, otherwise),
  )
}

/** The mount under which a path lies; of several on one target the last is the one that is seen. */
function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  return mounts
    .filter(({ target }) => target === '/' || path === target || path.startsWith(`${target}/`))
    .toSorted((a, b) => a.target.length - b.target.length)
    .at(-1)
}

interface Kept {
  data: LocalData
  mount: Mount
  device: Device
  devices: readonly Device[]
  rootDisks: readonly string[]
}

function refuseUnsafe(request: IgnitionRequest, { data, mount, device, devices, rootDisks }: Kept): void {
  const { profile } = request
  const what = `${data.path} on ${device.path} is to be preserved`
  if (!/^[0-9a-zA-Z-]{4,64}$/.test(device.uuid ?? ''))
    refuseUnfit(request, `${what}, and its file system has no UUID to be found by`)
  if (!formats.has(device.fstype ?? ''))
    refuseUnfit(request, `${what}, and Ignition keeps no ${device.fstype ?? 'unknown'} file system`)
  const twins = devices.filter(({ uuid }) => uuid === device.uuid)
  if (twins.length > 1)
    refuseUnfit(request, `${what}, and ${twins.map(({ path }) => path).join(', ')} have the same UUID`)
  const below = disksBelow(device, devices)
  if (below.some(({ name }) => rootDisks.includes(name)))
    refuseUnfit(request, `${what}, and it lies on the system disk, which is rewritten: park it`)
  if (below.some(({ type }) => /^(lvm|raid|crypt|mpath|dm)/.test(type)))
    refuseUnfit(request, `${what}, and LVM, RAID, multipath or encryption lies below it: park it`)
  const writable = profileValue(profile, 'paths.writable')
  if (!writable.some((directory) => mount.target.startsWith(`${directory}/`)))
    refuseUnfit(
      request,
      `${what}, and ${mount.target} is no directory that ${profile.name} can write to: ${writable.join(', ')}`,
    )
  if (!/^\/[^\p{Cc}]*$/u.test(mount.target))
    refuseUnfit(request, `${what}, and its mount point cannot be written down`)
}

/** The device and everything that it lies on. */
export function disksBelow(device: Device, devices: readonly Device[]): Device[] {
  const found = new Set<Device>()
  const waiting = [device]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue
    found.add(next)
    const { parents } = next
    waiting.push(...devices.filter(({ name }) => parents.includes(name)))
  }
  return [...found]
}
