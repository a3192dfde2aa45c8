import { commandRows, groupSummaries } from './registry.ts'

const valued = new Set(['--lang', '--color', '-o', '--output', '--state', '-c', '--config', '--log-file'])

/** The command words of a command line (`inventory list`), flags and their values skipped; none gives []. */
export function commandPath(argv: readonly string[]): string[] {
  const words: string[] = []
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? ''
    if (word === '--') break
    if (word.startsWith('-')) {
      if (valued.has(word)) index += 1
      continue
    }
    words.push(word)
    if (words.length === 2 || !(word in groupSummaries)) break
  }
  return words
}

/** The value of a flag before commander has parsed anything: the language is needed to speak of its errors. */
export function earlyValue(argv: readonly string[], flag: string): string | undefined {
  for (const [index, word] of argv.entries()) {
    if (word === '--') return undefined
    if (word === flag) return argv[index + 1]
    if (word.startsWith(`${flag}=`)) return word.slice(flag.length + 1)
  }
  return undefined
}

/** `help`, `help collect` and `help inventory list` as the flags they stand for; topics stay commands. */
export function withoutHelpWord(argv: readonly string[]): readonly string[] {
  const at = argv.findIndex((word) => !word.startsWith('-'))
  if (argv[at] !== 'help') return argv
  const rest = argv.slice(at + 1)
  if (commandRows.some(({ path }) => path === `help ${rest.find((word) => !word.startsWith('-')) ?? ''}`))
    return argv
  return [...argv.slice(0, at), ...rest, '--help']
}
