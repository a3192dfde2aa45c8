import { defineCollector } from '../model/collector.ts'
import type { Fstab } from '../model/facts-storage.ts'
import { unescapeOctal } from './mount-table.ts'

/** fstab(5) with the lines that mount(8) would not understand. */
export const fstab = defineCollector({
  fact: 'fstab',
  set: 'basic',
  command: 'cat /etc/fstab',
  files: ['/etc/fstab'],
  parse(input) {
    const value: Fstab = { entries: [], malformed: [] }
    for (const [index, text] of (input.text('/etc/fstab') ?? '').split('\n').entries()) {
      const content = text.trim()
      if (content === '' || content.startsWith('#')) continue
      const line = index + 1
      const [source = '', target, fstype, options = 'defaults', , , ...rest] = content.split(/\s+/)
      const reason = problemOf({ target, fstype, rest })
      if (reason !== null || target === undefined || fstype === undefined) {
        value.malformed.push({ line, reason: reason ?? 'incomplete' })
        continue
      }
      value.entries.push({
        line,
        source: unescapeOctal(source),
        target: unescapeOctal(target),
        fstype,
        options: options.split(','),
      })
    }
    return value
  },
})

function problemOf(row: {
  target: string | undefined
  fstype: string | undefined
  rest: readonly string[]
}): string | null {
  if (row.target === undefined) return 'no mount point'
  if (row.fstype === undefined) return 'no filesystem type'
  if (!row.target.startsWith('/') && row.target !== 'none' && row.target !== 'swap')
    return 'the mount point is no path'
  return row.rest.length > 0 && !row.rest[0]?.startsWith('#') ? 'more than six fields' : null
}
