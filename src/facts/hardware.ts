import { defineCollector } from '../model/collector.ts'
import { lineOf, noteDenied } from './values.ts'

const directory = '/sys/class/dmi/id'
const names = [
  'sys_vendor',
  'product_name',
  'product_version',
  'product_serial',
  'product_uuid',
  'board_name',
  'bios_vendor',
  'bios_version',
  'bios_date',
  'chassis_type',
] as const
const files = names.map((name) => `${directory}/${name}`)

/** DMI as the kernel shows it. A machine without DMI has nulls: that is its answer, not a gap. */
export const hardware = defineCollector({
  fact: 'hardware',
  set: 'basic',
  command: `cat ${directory}/*`,
  files,
  parse(input) {
    const get = (name: (typeof names)[number]): string | null => lineOf(input, `${directory}/${name}`)
    return noteDenied(input, files, {
      vendor: get('sys_vendor'),
      product: get('product_name'),
      productVersion: get('product_version'),
      serial: get('product_serial'),
      uuid: get('product_uuid'),
      boardName: get('board_name'),
      biosVendor: get('bios_vendor'),
      biosVersion: get('bios_version'),
      biosDate: get('bios_date'),
      chassisType: get('chassis_type'),
    })
  },
})
