import { deviceNamed, isOnRootDisk } from '../model/disk-tree.ts'
import type { FactMap } from '../model/facts.ts'
import { isBelow } from '../model/space-of-path.ts'

/** Whether a path lies on another disk than the system; undefined when the facts do not tell. */
export function isOffSystemDisk(path: string, { mounts, disks }: FactMap): boolean | undefined {
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
  return device === undefined ? undefined : !isOnRootDisk(disks.value, device.name)
}
