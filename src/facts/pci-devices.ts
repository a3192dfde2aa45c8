import type { CollectorInput } from '../model/collector.ts'
import type { Pci } from '../model/facts-hardware.ts'
import { readTexts } from './values.ts'

/** One file a function holds all that matters: no link has to be followed. */
export const pciPattern = '/sys/bus/pci/devices/*/uevent'

/** Reads the uevent files of all PCI functions; a host without PCI has none. */
export function pciDevices(input: CollectorInput): Pci['devices'] {
  return readTexts(input, [pciPattern]).flatMap(([path, text]) => {
    const field = (name: string): string | null =>
      new RegExp(`^${name}=(.+)$`, 'm').exec(text)?.[1]?.trim() ?? null
    const slot = path.split('/').at(-2) ?? ''
    const ids = hexPair(field('PCI_ID'))
    const classCode = field('PCI_CLASS')
    if (ids === null || classCode === null || !/^[0-9A-F]{1,6}$/i.test(classCode)) return []
    const subsystem = hexPair(field('PCI_SUBSYS_ID'))
    return [
      {
        slot,
        vendor: ids[0],
        device: ids[1],
        subsystemVendor: subsystem?.[0] ?? null,
        subsystemDevice: subsystem?.[1] ?? null,
        // The kernel prints it without leading zeros.
        class: classCode.toLowerCase().padStart(6, '0'),
        driver: field('DRIVER'),
      },
    ]
  })
}

/** `8086:1237` -> two ids of four lower-case digits. */
function hexPair(text: string | null): [string, string] | null {
  const [, first, second] = /^([0-9A-F]{1,4}):([0-9A-F]{1,4})$/i.exec(text ?? '') ?? []
  if (first === undefined || second === undefined) return null
  return [first.toLowerCase().padStart(4, '0'), second.toLowerCase().padStart(4, '0')]
}
