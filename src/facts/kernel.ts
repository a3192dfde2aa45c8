import { defineCollector, FactGap } from '../model/collector.ts'
import { shellWords } from '../model/shell-words.ts'
import { machineScript, parseMachine } from './machine.ts'
import { integerOf, lineOf } from './values.ts'

const bootId = '/proc/sys/kernel/random/boot_id'
const taint = '/proc/sys/kernel/tainted'

/** The running kernel. */
export const kernel = defineCollector({
  fact: 'kernel',
  set: 'basic',
  command: 'uname -rvm; cat /proc/cmdline /proc/uptime /proc/sys/kernel/tainted',
  files: [
    '/proc/sys/kernel/osrelease',
    '/proc/sys/kernel/version',
    '/proc/cmdline',
    bootId,
    '/proc/uptime',
    taint,
  ],
  script: machineScript,
  parse(input) {
    const release = lineOf(input, '/proc/sys/kernel/osrelease')
    if (release === null) throw new FactGap('failed', 'the kernel did not tell its release')
    const uptime = Number.parseFloat(lineOf(input, '/proc/uptime') ?? '')
    return {
      release,
      build: lineOf(input, '/proc/sys/kernel/version') ?? '',
      arch: parseMachine(input.stdout).arch,
      cmdline: shellWords(lineOf(input, '/proc/cmdline') ?? '').slice(0, 500),
      bootId: lineOf(input, bootId),
      uptimeSeconds: Number.isFinite(uptime) ? Math.floor(uptime) : null,
      taint: integerOf(input, taint),
    }
  },
})
