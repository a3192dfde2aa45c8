import { defineCollector, FactGap } from '../model/collector.ts'

const list = '/sys/kernel/security/lsm'

/** Linux security modules in force. */
export const lsm = defineCollector({
  fact: 'lsm',
  set: 'full',
  command: `cat ${list}`,
  files: [list],
  parse(input) {
    const text = input.text(list)
    if (text === undefined) throw new FactGap('failed', `${list} is missing: securityfs is not mounted`)
    return {
      active: text
        .trim()
        .split(',')
        .filter((name) => /^\w+$/.test(name)),
    }
  },
})
