import { defineCollector } from '../model/collector.ts'
import { iniText, iniWords, parseIni } from './ini.ts'
import { readable } from './readable.ts'

const files = ['/etc/dnf/modules.d/*.module'] as const

/** Module streams that somebody enabled or disabled (dnf's own record, one file a module). */
export const moduleStreams = defineCollector({
  fact: 'moduleStreams',
  set: 'full',
  command: 'cat /etc/dnf/modules.d/*.module',
  files,
  parse(input) {
    const { texts, note } = readable(input, files)
    const streams = [...texts.values()].flatMap((text) =>
      parseIni(text)
        .filter(({ name }) => name !== '')
        .map((section) => ({
          name: iniText(section, 'name') ?? section.name,
          stream: iniText(section, 'stream') ?? '',
          state: stateOf(iniText(section, 'state')),
          profiles: iniWords(section, 'profiles'),
        })),
    )
    return note({ streams })
  },
})

function stateOf(word: string | null): 'enabled' | 'disabled' | 'unknown' {
  return word === 'enabled' || word === 'disabled' ? word : 'unknown'
}
