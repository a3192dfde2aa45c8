import { defineCollector } from '../model/collector.ts'
import type { Pci } from '../model/facts-hardware.ts'
import { pciDevices, pciPattern } from './pci-devices.ts'

/** PCI functions with ids, class and driver. */
export const pci = defineCollector({
  fact: 'pci',
  set: 'full',
  command: `cat ${pciPattern}`,
  files: [pciPattern],
  parse(input): Pci {
    return { devices: [...input.atMost(pciDevices(input), 4000, 'devices')] }
  },
})
