import { defineCollector, FactGap } from '../model/collector.ts'
import { parseMounts } from './mount-table.ts'

const limit = 5000

/** What is mounted now. */
export const mounts = defineCollector({
  fact: 'mounts',
  set: 'basic',
  command: 'cat /proc/mounts',
  files: ['/proc/mounts'],
  parse(input) {
    const table = parseMounts(input.text('/proc/mounts') ?? '')
    if (table.length === 0) throw new FactGap('failed', '/proc/mounts is missing or empty')
    const value = { mounts: table.slice(0, limit) }
    if (table.length <= limit) return value
    return { value, degraded: `only the first ${limit} of ${table.length} mounts are kept` }
  },
})
