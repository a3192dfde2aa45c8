import { defineCollector, FactGap } from '../model/collector.ts'
import { machineScript, parseMachine } from './machine.ts'
import { lineOf } from './values.ts'

const topology = '/sys/devices/system/cpu/cpu[0-9]*/topology'

/** Processors: model, flags, count and topology. */
export const cpu = defineCollector({
  fact: 'cpu',
  set: 'basic',
  command: 'cat /proc/cpuinfo /sys/devices/system/cpu/online',
  files: ['/sys/devices/system/cpu/online', `${topology}/physical_package_id`, `${topology}/core_id`],
  script: machineScript,
  parse(input) {
    const machine = parseMachine(input.stdout)
    const packages = input.matching(`${topology}/physical_package_id`)
    const rows = packages.map((path) => ({
      socket: Number(lineOf(input, path) ?? -1),
      core: lineOf(input, path.replace('physical_package_id', 'core_id')),
    }))
    const logicalCount = countOf(lineOf(input, '/sys/devices/system/cpu/online')) ?? rows.length
    if (logicalCount === 0) throw new FactGap('failed', 'the kernel did not tell its processors')
    // Arm reports -1 where the firmware does not say.
    const known = rows.filter(({ socket }) => socket >= 0)
    const sockets = new Set(known.map(({ socket }) => socket)).size
    const cores = new Set(known.map(({ socket, core }) => `${socket}/${core}`)).size
    const flags = (machine.cpu.get('flags') ?? machine.cpu.get('Features') ?? '')
      .split(' ')
      .filter((flag) => flag !== '')
    return {
      arch: machine.arch,
      vendor: machine.cpu.get('vendor_id') ?? machine.cpu.get('CPU implementer') ?? null,
      model: machine.cpu.get('model name') ?? machine.cpu.get('cpu model') ?? null,
      logicalCount,
      socketCount: sockets === 0 ? null : sockets,
      coresPerSocket: sockets === 0 ? null : Math.round(cores / sockets),
      flags,
      microarchitectureLevel: machine.arch === 'x86_64' ? levelOf(new Set(flags)) : null,
    }
  },
})

/** x86-64 psABI, table 3.1; `lzcnt` is `abm` and `sse3` is `pni` in /proc/cpuinfo. */
const levels = [
  ['cx16', 'lahf_lm', 'popcnt', 'pni', 'sse4_1', 'sse4_2', 'ssse3'],
  ['avx', 'avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'abm', 'movbe', 'xsave'],
  ['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl'],
]

function levelOf(flags: ReadonlySet<string>): number | null {
  if (flags.size === 0) return null
  const missing = levels.findIndex((needed) => !needed.every((flag) => flags.has(flag)))
  return missing < 0 ? levels.length + 1 : missing + 1
}

/** `0-3,8,10-11` -> 7. Numbers of more than seven digits are no processors: Linux takes at most 8192. */
function countOf(ranges: string | null): number | null {
  if (ranges === null || !/^\d{1,7}(-\d{1,7})?(,\d{1,7}(-\d{1,7})?)*$/.test(ranges)) return null
  return ranges.split(',').reduce((sum, range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return sum + Math.max(0, last - first + 1)
  }, 0)
}
