import type { KernelAnswerWithSource, KernelProfile } from '../model/kernel.ts'
import { moduleKey } from './module-table.ts'

/** Drivers whose module has another name: sysfs shows the driver, the kernel data knows the module. */
const moduleOfDriver: Readonly<Record<string, string>> = {
  sd: 'sd_mod',
  sr: 'sr_mod',
  st: 'st',
  mlx5_core: 'mlx5_core',
  storvsc: 'hv_storvsc',
  netvsc: 'hv_netvsc',
  vif: 'xen_netfront',
  vbd: 'xen_blkfront',
  virtio_scsi_host: 'virtio_scsi',
  ehci_hcd: 'ehci_pci',
  i801_smbus: 'i2c_i801',
  piix4_smbus: 'i2c_piix4',
}

/** Bus glue that every kernel has built in, and that is no driver of its own. */
const alwaysThere: ReadonlySet<string> = new Set([
  'pcieport',
  'acpi',
  'system',
  'platform',
  'pci',
  'scsi',
  'usb',
  'hub',
])

/** The module of a driver as sysfs names it (`/sys/.../driver`). */
export function moduleForDriver(driver: string): string {
  const key = moduleKey(driver)
  return moduleOfDriver[key] ?? key
}

/** Drivers that a host loaded from outside its kernel package; undefined when that is not known. */
export type ForeignDrivers = ReadonlySet<string> | undefined

/**
 * Whether a kernel has a driver. virtio disks reach a machine over virtio_pci, so a kernel with one has the other.
 * RHCK is the same line as CentOS 8’s own kernel, so a driver that came from the host’s kernel package and that the
 * tables do not name as lost is still there; a foreign one stays unknown.
 */
export function driverAnswer(
  driver: string,
  kernel: KernelProfile,
  foreign: ForeignDrivers,
): KernelAnswerWithSource {
  const name = moduleForDriver(driver)
  if (alwaysThere.has(name)) return { answer: 'builtin', source: 'bus support' }
  const answer = kernel.module(name)
  if (name === 'virtio_pci' && answer.answer === 'unknown') return kernel.module('virtio_blk')
  if (answer.answer !== 'unknown' || kernel.line !== 'rhck-4.18' || foreign === undefined) return answer
  return foreign.has(name) ? answer : { answer: 'module', source: 'same kernel line as CentOS 8' }
}
