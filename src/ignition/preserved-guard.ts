import type { FactValue } from '../model/facts.ts'
import { isBelow as isPathBelow } from '../model/space-of-path.ts'
import type { IgnitionConfig } from './config.ts'
import { problem, type IgnitionIssue } from './lint-issue.ts'
import { devicesBelow } from '../model/disk-tree.ts'
import { isStacked, type PreservedFilesystem } from './piece-data.ts'

type Device = FactValue<'disks'>['devices'][number]

/**
 * Everything in a configuration that could write to a file system whose data are preserved, whoever wrote that part. A device
 * that is wiped under a name that no fact knows may be any of them: it is refused as well.
 */
export function preservedGuard(
  config: IgnitionConfig,
  kept: readonly PreservedFilesystem[],
  devices: readonly Device[],
): IgnitionIssue[] {
  if (kept.length === 0) return []
  const { disks, filesystems, raid, luks } = config.storage ?? {}
  const look = (name: string | null | undefined): Danger => dangerOf(name ?? '', kept, devices)
  return [
    ...(disks ?? []).flatMap(({ device, wipeTable, partitions }, index) =>
      wipeTable === true || (partitions?.length ?? 0) > 0
        ? refused(['storage', 'disks', index], look(device))
        : [],
    ),
    ...(filesystems ?? []).flatMap((filesystem, index) => {
      const path = ['storage', 'filesystems', index]
      const own = kept.find(({ device }) => look(filesystem.device).exact?.name === device.name)
      const isKept =
        own !== undefined &&
        // Nothing sets up its array or volume group before Ignition looks for it.
        !isStacked(own) &&
        filesystem.wipeFilesystem === false &&
        filesystem.format === own.device.fstype &&
        filesystem.uuid === own.device.uuid &&
        (filesystem.label ?? own.device.label) === own.device.label
      return isKept ? [] : refused(path, look(filesystem.device))
    }),
    ...(raid ?? []).flatMap((array, index) =>
      (array.devices ?? []).flatMap((device) => refused(['storage', 'raid', index], look(device))),
    ),
    ...(luks ?? []).flatMap(({ device }, index) => refused(['storage', 'luks', index], look(device))),
    ...hiddenParts(config, kept),
  ]
}

/** Ignition writes before arrays and volumes are set up: what belongs on one of them would lie below it, seen by nobody. */
function hiddenParts(
  { storage, passwd }: IgnitionConfig,
  kept: readonly PreservedFilesystem[],
): IgnitionIssue[] {
  const stacked = kept.filter((one) => isStacked(one))
  const parts = [
    ...(['files', 'directories', 'links'] as const).flatMap((list) =>
      (storage?.[list] ?? []).map(({ path }, index) => ({ path, place: ['storage', list, index] })),
    ),
    ...(passwd?.users ?? []).flatMap(({ name, homeDir }, index) =>
      (homeDir === undefined || homeDir === null ? [`/home/${name}`, `/var/home/${name}`] : [homeDir]).map(
        (path) => ({ path, place: ['passwd', 'users', index] }),
      ),
    ),
  ]
  return parts.flatMap(({ path, place }) => {
    const above = stacked.find(({ target }) => isPathBelow(path, target))
    return above === undefined
      ? []
      : [
          problem('preserved', place, {
            en: `${path} would be written before ${above.target} is mounted over it: its array or volume is set up later`,
            zh: `${path} 会在 ${above.target} 挂载之前写入，随后被其遮住：其阵列或逻辑卷稍后才会启用`,
          }),
        ]
  })
}

interface Danger {
  /** The device of that name. */
  exact: Device | undefined
  /** What is preserved on it, below it or above it; undefined = nothing. */
  hits: PreservedFilesystem | undefined
  isKnown: boolean
  name: string
}

function dangerOf(name: string, kept: readonly PreservedFilesystem[], devices: readonly Device[]): Danger {
  const named = devices.filter((device) => namesOf(device).includes(name))
  const hits = kept.find(({ device }) =>
    named.some((one) => isBelow(one, device, devices) || isBelow(device, one, devices)),
  )
  return { exact: named.length === 1 ? named[0] : undefined, hits, isKnown: named.length > 0, name }
}

/** True when a device is another one, or lies below it. Kernel names are unique on a host. */
function isBelow(low: Device, high: Device, devices: readonly Device[]): boolean {
  return devicesBelow(devices, high.name).some(({ name }) => name === low.name)
}

function refused(path: readonly PropertyKey[], { hits, isKnown, name }: Danger): IgnitionIssue[] {
  if (hits !== undefined)
    return [
      problem('preserved', path, {
        en: `${name} holds ${hits.target}, whose data are preserved: it could be written over`,
        zh: `${name} 上有要保留的 ${hits.target}：可能被覆盖`,
      }),
    ]
  if (isKnown) return []
  return [
    problem('preserved', path, {
      en: `no device of the host is known as ${name}: it may be one whose data are preserved`,
      zh: `主机上没有名为 ${name} 的已知设备：可能正是要保留数据的设备`,
    }),
  ]
}

/** Every name of a device that udev makes from what the facts tell. */
function namesOf({ name, path, uuid, label, partLabel, partUuid }: Device): string[] {
  return [
    path,
    `/dev/${name}`,
    ...(uuid === null ? [] : [`/dev/disk/by-uuid/${uuid}`]),
    ...(label === null ? [] : [`/dev/disk/by-label/${label}`]),
    ...(partLabel === null ? [] : [`/dev/disk/by-partlabel/${partLabel}`]),
    ...(partUuid === null ? [] : [`/dev/disk/by-partuuid/${partUuid}`]),
  ]
}
