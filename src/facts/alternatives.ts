import { defineCollector } from '../model/collector.ts'
import { readable } from './readable.ts'

const files = ['/var/lib/alternatives/*'] as const

/** Names under alternatives, who chooses (auto or a person), and what each points at now. */
export const alternatives = defineCollector({
  fact: 'alternatives',
  set: 'full',
  command: 'alternatives --list; ls -l /etc/alternatives',
  files,
  paths: ['/etc/alternatives/*'],
  parse(input) {
    const { texts, note } = readable(input, files)
    const links = [...texts].flatMap(([file, text]) => {
      const mode = text.split('\n')[0]?.trim()
      const name = file.slice(file.lastIndexOf('/') + 1)
      if (mode !== 'auto' && mode !== 'manual') return []
      return [{ name, mode, target: input.paths.get(`/etc/alternatives/${name}`)?.target ?? null } as const]
    })
    return note({ links })
  },
})
