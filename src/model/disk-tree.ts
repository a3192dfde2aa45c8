import type { FactValue } from './facts.ts'

type Device = FactValue<'disks'>['devices'][number]

/** A device and everything that it lies on. */
export function devicesBelow(devices: readonly Device[], name: string): Device[] {
  const byName = new Map(devices.map((device) => [device.name, device]))
  const found = new Set<Device>()
  const waiting = [name]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const device = byName.get(next)
    if (device === undefined || found.has(device)) continue
    found.add(device)
    waiting.push(...device.parents)
  }
  return [...found]
}

/** Kernel names of the whole disks below a device: several for RAID or for LVM over disks, itself for a disk. */
export function wholeDisksOf(disks: FactValue<'disks'>, name: string): readonly string[] {
  return devicesBelow(disks.devices, name)
    .filter(({ parents }) => parents.length === 0)
    .map((device) => device.name)
    .toSorted()
}

/** The device of a path or kernel name such as `/dev/mapper/cl-root`, `/dev/sda1`, `sda1`. */
export function deviceNamed(disks: FactValue<'disks'>, pathOrName: string): Device | undefined {
  return disks.devices.find((device) => device.path === pathOrName || device.name === pathOrName)
}

/** True when a part of the device lies on a disk that holds `/`. */
export function isOnRootDisk(disks: FactValue<'disks'>, name: string): boolean {
  return wholeDisksOf(disks, name).some((disk) => disks.rootDisks.includes(disk))
}
