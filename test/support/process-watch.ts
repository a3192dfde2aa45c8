import { readdirSync, readFileSync } from 'node:fs'
import type { SecretSearch } from './secret-search.ts'

/** What was seen of processes that began since the watch did. */
export interface ProcessWatch {
  /** Their command lines, words parted by blanks. */
  commands: ReadonlySet<string>
  /** Where a secret was: `NAME in arguments of COMMAND`, `NAME in the environment of COMMAND`. */
  found: ReadonlySet<string>
  stop(): void
}

const everyMs = 3

/** Looks at the command line and the environment of every process, every few milliseconds. */
export function watchProcesses(search: SecretSearch): ProcessWatch {
  const before = new Set(processes())
  const commands = new Set<string>()
  const found = new Set<string>()
  /** What a process was last: it may become another program. */
  const last = new Map<string, string>()

  function look(): void {
    for (const id of processes()) {
      if (before.has(id)) continue
      const [words, environment] = [read(id, 'cmdline'), read(id, 'environ')]
      if (words === '' || last.get(id) === `${words}${environment}`) continue
      last.set(id, `${words}${environment}`)
      const command = words.replaceAll('\0', ' ').trim()
      commands.add(command)
      for (const name of search(words)) found.add(`${name} in arguments of ${command}`)
      for (const name of search(environment)) found.add(`${name} in the environment of ${command}`)
    }
  }

  const timer = setInterval(look, everyMs)
  return { commands, found, stop: () => clearInterval(timer) }
}

function processes(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
}

/** Empty for a process that has ended. */
function read(id: string, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
