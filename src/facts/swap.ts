import { defineCollector } from '../model/collector.ts'
import { unescapeOctal } from './mount-table.ts'
import { integer, linesIn } from './values.ts'

/** Swap in use; a kernel without swap has no such file. */
export const swap = defineCollector({
  fact: 'swap',
  set: 'basic',
  command: 'cat /proc/swaps',
  files: ['/proc/swaps'],
  parse(input) {
    const devices = linesIn(input.text('/proc/swaps')).flatMap((line) => {
      const [name, type, size, used] = line.trim().split(/\s+/)
      const sizeKiB = integer(size)
      if (name === undefined || type === undefined || sizeKiB === null) return []
      return [{ name: unescapeOctal(name), type, sizeKiB, usedKiB: integer(used) ?? 0 }]
    })
    return { devices }
  },
})
