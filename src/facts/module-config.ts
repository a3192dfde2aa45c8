import { defineCollector } from '../model/collector.ts'
import type { ModuleConfig } from '../model/facts-kernel.ts'
import { linesIn, readTexts } from './values.ts'

const roots = ['/etc', '/run', '/usr/local/lib', '/usr/lib']
const loads = [...roots.map((root) => `${root}/modules-load.d/*.conf`), '/etc/modules']
const probes = roots.map((root) => `${root}/modprobe.d/*.conf`)
const words = ['options', 'blacklist', 'install', 'remove', 'alias', 'softdep'] as const

/** modules-load.d(5) and modprobe.d(5). */
export const moduleConfig = defineCollector({
  fact: 'moduleConfig',
  set: 'full',
  command: 'cat /etc/modules-load.d/*.conf /etc/modprobe.d/*.conf /usr/lib/modprobe.d/*.conf',
  files: [...loads, ...probes],
  parse(input) {
    const load = readTexts(input, loads).flatMap(([file, text]) =>
      linesIn(text)
        .map((line) => line.trim())
        .filter((line) => !/^[#;]/.test(line))
        .map((module) => ({ file, module })),
    )
    const directives = readTexts(input, probes).flatMap(([file, text]) => directivesIn(file, text))
    return {
      load: [...input.atMost(load, 1000, 'modules to load')],
      directives: [...input.atMost(directives, 2000, 'directives')],
    }
  },
})

function directivesIn(file: string, text: string): ModuleConfig['directives'] {
  // A backslash at the end of a line continues it.
  return linesIn(text.replace(/\\\n/g, ' ')).flatMap((line) => {
    const [, word, module, value = ''] = /^\s*(\w+)\s+(\S+)(?:\s+(.*))?$/.exec(line) ?? []
    const directive = words.find((known) => known === word)
    return directive === undefined || module === undefined
      ? []
      : [{ file, directive, module, value: value.trim().slice(0, 1000) }]
  })
}
