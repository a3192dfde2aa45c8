import type { FactValue } from './facts.ts'

type Device = FactValue<'disks'>['devices'][number]
type Lvm = FactValue<'lvm'>

/**
 * Devices with everything that their volume group consists of below each logical volume, also disks on which nothing of that
 * volume lies: a group that lacks one of them is not whole any more.
 */
export function withWholeGroups(devices: readonly Device[], lvm: Lvm): Device[] {
  return devices.map((device) => {
    const group = groupOf(device, lvm)
    if (group === undefined) return device
    const members = groupMembers(group, devices, lvm).flatMap((member) => member?.name ?? [])
    return { ...device, parents: [...new Set([...device.parents, ...members])] }
  })
}

/** The physical volumes of a group; undefined for one that is no device of the host. */
export function groupMembers(
  group: string,
  devices: readonly Device[],
  { physicalVolumes }: Lvm,
): (Device | undefined)[] {
  return physicalVolumes
    .filter(({ volumeGroup }) => volumeGroup === group)
    .map(({ name }) => devices.find((device) => device.path === name || `/dev/${device.name}` === name))
}

/** The volume group of a logical volume, also of the hidden ones below it; undefined for other devices. */
export function groupOf(device: Device, { volumeGroups }: Lvm): string | undefined {
  if (device.type !== 'lvm') return undefined
  const mapped = mappedName(device)
  return volumeGroups.find(({ name }) => {
    const start = `${escaped(name)}-`
    // No name begins with a hyphen: `a--b-data` is of the group a-b, and not of a.
    return mapped.startsWith(start) && !mapped.startsWith(`${start}-`)
  })?.name
}

/** The logical volume that a device is; undefined for a hidden part of one. */
export function volumeOf(device: Device, { logicalVolumes }: Lvm): Lvm['logicalVolumes'][number] | undefined {
  const mapped = mappedName(device)
  return logicalVolumes.find(({ name, volumeGroup }) => mapped === `${escaped(volumeGroup)}-${escaped(name)}`)
}

function mappedName({ path }: Device): string {
  return path.replace(/^\/dev\/mapper\//, '')
}

/** Device-mapper puts one hyphen between group and volume, and doubles those within a name. */
function escaped(name: string): string {
  return name.replaceAll('-', '--')
}
