import { defineCollector } from '../model/collector.ts'
import { pciDevices, pciPattern } from './pci-devices.ts'
import { baseName, lineOf } from './values.ts'

/** Drivers of accelerators, by module name. */
const names = ['nvidia', 'nouveau', 'amdgpu', 'radeon', 'i915', 'xe', 'habanalabs', 'drv_davinci_intf_host']
const modules = names.map((name) => `/sys/module/${name}`)

/** Display controllers and processing accelerators (PCI classes 03 and 12), and the drivers that are loaded. */
export const gpu = defineCollector({
  fact: 'gpu',
  set: 'full',
  command: `cat ${pciPattern} /proc/driver/nvidia/version /sys/module/*/version`,
  files: [pciPattern, '/proc/driver/nvidia/version', ...modules.map((path) => `${path}/version`)],
  paths: modules,
  parse(input) {
    const devices = pciDevices(input).filter(
      ({ class: code }) => code.startsWith('03') || code.startsWith('12'),
    )
    const nvidia = / (\d+\.\d+(?:\.\d+)?) /.exec(lineOf(input, '/proc/driver/nvidia/version') ?? '')?.[1]
    const drivers = modules
      .filter((path) => input.paths.has(path))
      .map((path) => {
        const version = lineOf(input, `${path}/version`)
        return {
          name: baseName(path),
          version: version ?? (baseName(path) === 'nvidia' ? (nvidia ?? null) : null),
        }
      })
    return {
      devices: input.atMost(devices, 100, 'devices').map(({ slot, class: code, vendor, device, driver }) => ({
        slot,
        class: code,
        vendor,
        device,
        driver,
      })),
      drivers,
    }
  },
})
