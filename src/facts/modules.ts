import { defineCollector } from '../model/collector.ts'
import { integer, linesIn } from './values.ts'

/** proc_modules; a kernel without loadable modules has no such file, and so none loaded. */
export const modules = defineCollector({
  fact: 'modules',
  set: 'basic',
  command: 'cat /proc/modules',
  files: ['/proc/modules'],
  parse(input) {
    const loaded = linesIn(input.text('/proc/modules')).flatMap((line) => {
      const match = /^([\w-]+) (\d+) (-|\d+) (\S+) \w+ \S+(?: \(([A-Z+-]+)\))?/.exec(line)
      if (match === null) return []
      const [, name = '', size, uses, users = '-', taint = ''] = match
      return [
        {
          name,
          sizeBytes: integer(size) ?? 0,
          useCount: integer(uses) ?? 0,
          usedBy: users.split(',').filter((user) => user !== '' && user !== '-'),
          // `+` and `-` mean loading and unloading.
          taint: taint.replace(/[^A-Z]/g, ''),
        },
      ]
    })
    return { loaded }
  },
})
