import { defineCollector } from '../model/collector.ts'

/** md arrays; a kernel without md has no /proc/mdstat. */
export const raid = defineCollector({
  fact: 'raid',
  set: 'full',
  command: 'cat /proc/mdstat',
  files: ['/proc/mdstat'],
  parse(input) {
    const text = input.text('/proc/mdstat') ?? ''
    // An array is a line `md0 : active raid1 sda1[0] sdb1[1](F)` and indented lines below it.
    const blocks = text.split(/\n(?=\S)/).filter((block) => /^md[\w-]* : /.test(block))
    const arrays = blocks.map((block) => {
      const [, name = '', state = '', words = ''] = /^(\S+) : (\S+)(?: \([\w-]+\))?(.*)/.exec(block) ?? []
      const parts = words.trim().split(/\s+/)
      const members = parts.filter((word) => /\[\d+\]/.test(word))
      const level = parts.find((word) => word !== '' && !/\[\d+\]/.test(word)) ?? 'none'
      // `[2/1] [U_]`: one of two is missing.
      const [, wanted, working] = /\[(\d+)\/(\d+)\]/.exec(block) ?? []
      return {
        name,
        level,
        state,
        degraded:
          members.some((word) => word.includes('(F)')) || (wanted !== undefined && wanted !== working),
        devices: members.map((word) => word.replace(/\[\d+\].*/, '')),
      }
    })
    return { arrays }
  },
})
