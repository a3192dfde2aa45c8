import type { CollectorInput } from '../model/collector.ts'
import { pciDevices } from './pci-devices.ts'
import { baseName } from './values.ts'

/** Links that lead from a disk to its drivers: its place in the device tree, its own driver, its controller's driver. */
export const driverLinks = ['/sys/block/*', '/sys/block/*/device/driver', '/sys/block/*/device/device/driver']

/**
 * Kernel drivers from the disk up to its bus, nearest first (`sd`, `megaraid_sas`). The place of the disk in the device
 * tree names the PCI functions above it (`../devices/pci0000:00/0000:00:1f.2/ata1/...`), and those tell their driver.
 */
export function diskDrivers(name: string, input: CollectorInput): string[] {
  const place = input.paths.get(`/sys/block/${name}`)?.target ?? ''
  const own = [`/sys/block/${name}/device/driver`, `/sys/block/${name}/device/device/driver`].flatMap(
    (path) => {
      const target = input.paths.get(path)?.target
      return target === null || target === undefined ? [] : [baseName(target)]
    },
  )
  const slots = place.split('/').filter((part) => /^[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/.test(part))
  const byslot = new Map(
    slots.length === 0 ? [] : pciDevices(input).map(({ slot, driver }) => [slot, driver]),
  )
  const buses = slots.toReversed().flatMap((slot) => byslot.get(slot) ?? [])
  return [...new Set([...own, ...buses])].filter((driver) => driver !== 'pcieport')
}
