import type { Text } from '../model/text.ts'
import type { CommandDefinition } from './define-command.ts'

/** A command before it is loaded: its path and what `--help` says of it. */
export interface CommandRow {
  path: string
  summary: Text
  load(): Promise<CommandDefinition>
}

/** One row of the list of commands. */
export function row(path: string, summary: Text, load: () => Promise<CommandDefinition>): CommandRow {
  return { path, summary, load }
}
