import type { FactValue } from './facts.ts'

type Device = FactValue<'disks'>['devices'][number]

/** Kernel names of the whole disks below a device: several for RAID or for LVM over disks, itself for a disk. */
export function wholeDisksOf(disks: FactValue<'disks'>, name: string): readonly string[] {
  const byName = new Map(disks.devices.map((device) => [device.name, device]))
  const seen = new Set<string>()
  const found = new Set<string>()
  const waiting = [name]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    const device = byName.get(next)
    if (device === undefined) continue
    if (device.parents.length === 0) found.add(device.name)
    waiting.push(...device.parents)
  }
  return [...found].toSorted()
}

/** The device of a path or kernel name such as `/dev/mapper/cl-root`, `/dev/sda1`, `sda1`. */
export function deviceNamed(disks: FactValue<'disks'>, pathOrName: string): Device | undefined {
  return disks.devices.find((device) => device.path === pathOrName || device.name === pathOrName)
}

/** True when a part of the device lies on a disk that holds `/`. */
export function isOnRootDisk(disks: FactValue<'disks'>, name: string): boolean {
  return wholeDisksOf(disks, name).some((disk) => disks.rootDisks.includes(disk))
}
