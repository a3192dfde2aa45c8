import { deviceNamed, devicesBelow, isOnRootDisk } from '../model/disk-tree.ts'
import type { FactMap, FactValue } from '../model/facts.ts'
import { isBelow } from '../model/space-of-path.ts'
import { withWholeGroups } from '../model/volume-groups.ts'

/** Whether a path lies on another disk than the system; undefined when the facts do not tell. */
export function isOffSystemDisk(path: string, facts: FactMap): boolean | undefined {
  const { mounts, disks } = facts
  if (mounts?.status !== 'ok' || disks?.status !== 'ok') return undefined
  if (mounts.degraded !== undefined || disks.degraded !== undefined || disks.value.rootDisks.length === 0)
    return undefined
  const [mount] = mounts.value.mounts
    .filter(({ target }) => isBelow(path, target))
    // Of two at one place the later one is on top.
    .toReversed()
    .sort((a, b) => b.target.length - a.target.length)
  if (mount === undefined) return undefined
  if (/^nfs4?$/.test(mount.fstype)) return true
  const device = deviceNamed(disks.value, mount.source)
  const whole = device === undefined ? undefined : wholeGroups(device.name, disks.value, facts)
  return device === undefined || whole === undefined ? undefined : !isOnRootDisk(whole, device.name)
}

/** A volume is gone with any disk of its group; undefined when nobody can tell which those are. */
function wholeGroups(
  name: string,
  disks: FactValue<'disks'>,
  { lvm }: FactMap,
): FactValue<'disks'> | undefined {
  if (!devicesBelow(disks.devices, name).some(({ type }) => type === 'lvm')) return disks
  if (lvm?.status !== 'ok' || lvm.degraded !== undefined) return undefined
  return { ...disks, devices: withWholeGroups(disks.devices, lvm.value) }
}
