import { defineCollector } from '../model/collector.ts'
import { distinct } from './marked.ts'
import { readable } from './readable.ts'

const files = ['/etc/dnf/plugins/versionlock.list', '/etc/yum/pluginconf.d/versionlock.list'] as const

/** Package patterns that `dnf versionlock` holds; `!` before one excludes it. */
export const versionlock = defineCollector({
  fact: 'versionlock',
  set: 'full',
  command: 'cat /etc/dnf/plugins/versionlock.list',
  files,
  parse(input) {
    const { texts, note } = readable(input, files)
    const lines = [...texts.values()].flatMap((text) => text.split('\n'))
    const entries = lines.map((line) => line.replace(/#.*$/, '').trim()).filter((line) => line !== '')
    return note({ entries: distinct(entries) })
  },
})
