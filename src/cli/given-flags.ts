import type { CommandInput, FlagDefinition } from './define-command.ts'
import { shellWord } from './shell-word.ts'

/** The flags of a command as they were given, quoted for a shell, to run it again; none of those left out. */
export function givenFlags(
  flags: readonly FlagDefinition[],
  input: CommandInput,
  leftOut: readonly string[],
): string[] {
  return flags.flatMap(({ flags: text, many }) => {
    const name = /--[a-z][a-z-]*/.exec(text)?.[0] ?? ''
    if (name === '' || leftOut.includes(name)) return []
    if (!text.includes('<')) return input.on(name) ? [name] : []
    const values =
      many === true ? input.values(name) : [input.value(name)].filter((value) => value !== undefined)
    return values.map((value) => `${name} ${shellWord(value)}`)
  })
}
