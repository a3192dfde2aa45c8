import type { FactValue } from '../model/facts.ts'
import type { LocalData } from '../model/data-decision.ts'
import { decidedOtherwise, isKeptMount } from '../model/kept-mounts.ts'
import { isBelow } from '../model/space-of-path.ts'
import { profileValue } from '../model/profile-fields.ts'
import { assemblyFiles, assemblyUnits } from './assembly.ts'
import { devicesBelow } from '../model/disk-tree.ts'
import { storageDevices } from './storage-devices.ts'
import { keptStack, type KeptStack } from './kept-stack.ts'
import { needFact, refuseUnfit, type IgnitionRequest, type Piece } from './request.ts'
import type { Filesystem, Unit } from './config.ts'
import { escapedPath } from './unit-file.ts'

type Mount = FactValue<'mounts'>['mounts'][number]
type Device = FactValue<'disks'>['devices'][number]

/** A file system that keeps its data while the system under it is replaced. */
export interface PreservedFilesystem {
  target: string
  device: Device
  options: readonly string[]
  /** What is set up below it first. */
  stack: KeptStack
  /** The data that lie on it. */
  data: readonly LocalData[]
}

const formats = new Set(['ext4', 'xfs', 'btrfs'])

/** The file systems that hold what the plan preserves; refuses what cannot be kept for sure. */
export function preservedFilesystems(request: IgnitionRequest): PreservedFilesystem[] {
  const kept = request.node.data.filter(({ action, path }) => action === 'preserve' && path !== null)
  if (kept.length === 0) return []
  const { mounts } = needFact(request, 'mounts')
  const { rootDisks } = needFact(request, 'disks')
  const devices = storageDevices(request)
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
      stack: keptStack(request, { device, devices, what: whatOf(data, device) }),
      data: [...(known?.data ?? []), data],
    })
  }
  return [...found.values()].toSorted((a, b) => a.target.localeCompare(b.target))
}

/** True when Ignition, which sets nothing up that is there, would wait for it without an end. */
export function isStacked({ stack }: PreservedFilesystem): boolean {
  return stack.arrays.length + stack.volumes.length + stack.containers.length > 0
}

/**
 * They are mounted again where they were; Ignition finds them by their UUID and never makes anew what it does not find. It is not
 * told of those on arrays and volumes, or in containers: what it is not told of it does not touch.
 */
export function dataPiece(request: IgnitionRequest): Piece {
  const kept = preservedFilesystems(request)
  const stacks = kept.map(({ stack }) => stack)
  return {
    from: [
      'plan.data',
      'facts.mounts',
      'facts.disks',
      'facts.raid',
      'facts.lvm',
      'profile.packages',
      'settings.luks',
    ],
    files: assemblyFiles(stacks),
    filesystems: kept.filter((one) => !isStacked(one)).map(filesystemOf),
    units: [...assemblyUnits(stacks), ...kept.map(mountUnit)],
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

function whatOf({ path }: LocalData, device: Device): string {
  return `${path} on ${device.path} is to be preserved`
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
  const what = whatOf(data, device)
  if (!/^[0-9a-zA-Z-]{4,64}$/.test(device.uuid ?? ''))
    refuseUnfit(request, `${what}, and its file system has no UUID to be found by`)
  if (!formats.has(device.fstype ?? ''))
    refuseUnfit(request, `${what}, and Ignition keeps no ${device.fstype ?? 'unknown'} file system`)
  const twins = devices.filter(({ uuid }) => uuid === device.uuid)
  if (twins.length > 1)
    refuseUnfit(request, `${what}, and ${twins.map(({ path }) => path).join(', ')} have the same UUID`)
  const below = devicesBelow(devices, device.name)
  if (below.some(({ name }) => rootDisks.includes(name)))
    refuseUnfit(
      request,
      `${what}, and it lies on the system disk, which is rewritten, or its volume group does: park it`,
    )
  const writable = profileValue(profile, 'paths.writable')
  if (!writable.some((directory) => mount.target.startsWith(`${directory}/`)))
    refuseUnfit(
      request,
      `${what}, and ${mount.target} is no directory that ${profile.name} can write to: ${writable.join(', ')}`,
    )
  if (!/^\/[^\p{Cc}]*$/u.test(mount.target))
    refuseUnfit(request, `${what}, and its mount point cannot be written down`)
}
