import { groupSummaries } from './command-groups.ts'
import { commandRows } from './registry.ts'

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
  return earlyValues(argv, [flag])[0]
}

/** All values of a flag that may be given several times, under any of its names. */
export function earlyValues(argv: readonly string[], flags: readonly string[]): string[] {
  const end = argv.indexOf('--')
  return (end < 0 ? argv : argv.slice(0, end)).flatMap((word, index) => {
    if (flags.includes(word)) return argv[index + 1] ?? []
    const flag = flags.find((name) => word.startsWith(`${name}=`))
    return flag === undefined ? [] : word.slice(flag.length + 1)
  })
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
