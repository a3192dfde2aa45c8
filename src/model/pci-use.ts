/** What a node uses a PCI device for. */
export type PciUse = 'storage' | 'network' | 'accelerator' | 'usb'

/** The use of a PCI class (6 hex digits), or null for bridges, consoles and the rest. Source: the PCI ID database. */
export function pciUse(pciClass: string): PciUse | null {
  if (pciClass.startsWith('01')) return 'storage'
  if (pciClass.startsWith('02') || pciClass.startsWith('0c06')) return 'network'
  if (pciClass.startsWith('0c04')) return 'storage'
  if (pciClass.startsWith('0b40') || pciClass.startsWith('12') || pciClass.startsWith('0302'))
    return 'accelerator'
  return pciClass.startsWith('0c03') ? 'usb' : null
}
