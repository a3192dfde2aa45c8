import { defineCollector, FactGap } from '../model/collector.ts'
import { linesIn } from './values.ts'

const unified = '/sys/fs/cgroup/cgroup.controllers'
const hybrid = '/sys/fs/cgroup/unified/cgroup.controllers'

/** cgroup mode: https://systemd.io/CGROUP_DELEGATION/ names the three. */
export const cgroup = defineCollector({
  fact: 'cgroup',
  set: 'basic',
  command: `cat ${unified} /proc/cgroups; ls /proc/pressure`,
  files: [unified, '/proc/cgroups'],
  paths: [hybrid, '/sys/fs/cgroup', '/proc/pressure/cpu'],
  parse(input) {
    const pressure = input.paths.has('/proc/pressure/cpu')
    const controllers = input.text(unified)
    if (controllers !== undefined) {
      return { mode: 'v2', controllers: controllers.trim().split(/\s+/).filter(Boolean), pressure }
    }
    // Columns: name, hierarchy, number of groups, enabled.
    const rows = linesIn(input.text('/proc/cgroups')).filter((line) => !line.startsWith('#'))
    if (rows.length === 0) throw new FactGap('failed', '/proc/cgroups is missing or empty')
    const enabled = rows.map((line) => line.split(/\s+/)).filter((fields) => fields[3] === '1')
    return {
      mode: input.paths.has(hybrid) ? 'hybrid' : 'v1',
      controllers: enabled.flatMap(([name]) => (name === undefined ? [] : [name])),
      pressure,
    }
  },
})
