import { defineCollector } from '../model/collector.ts'
import { shellWords } from '../model/shell-words.ts'
import { integerOf, lineOf, switchOf } from './values.ts'

const loaded = '/sys/kernel/kexec_crash_loaded'
const size = '/sys/kernel/kexec_crash_size'

/** Whether a crash kernel is loaded, and the memory kept for it. */
export const kdump = defineCollector({
  fact: 'kdump',
  set: 'full',
  command: `cat ${loaded} ${size} /proc/cmdline; systemctl is-enabled kdump`,
  files: [loaded, size, '/proc/cmdline'],
  paths: ['/etc/systemd/system/*.target.wants/kdump.service'],
  parse(input) {
    const words = shellWords(lineOf(input, '/proc/cmdline') ?? '')
    const arg = words.find((word) => word.startsWith('crashkernel='))
    return {
      active: switchOf(input, loaded) ?? false,
      enabled: input.pathsMatching('/etc/systemd/system/*.target.wants/kdump.service').length > 0,
      crashkernel: arg?.slice('crashkernel='.length) ?? null,
      reservedBytes: integerOf(input, size),
    }
  },
})
