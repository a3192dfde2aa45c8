import type { Text } from '../model/text.ts'
import type { OutputFormat } from './config-schema.ts'
import type { CommandContext } from './context.ts'
import type { SettingKey } from './settings.ts'

/** A flag of one command that is no setting: it exists on the command line only. */
export interface FlagDefinition {
  /** As commander writes it: `--from <source>`, `--to <file>`, `--deep`. */
  flags: string
  text: Text
  /** May be given more than once. */
  many?: boolean
  choices?: readonly string[]
}

export interface ArgumentDefinition {
  name: string
  text: Text
  optional?: boolean
  /** One or more. */
  many?: boolean
  /** Words that completion offers for it. */
  words?: readonly string[]
}

/** How a command ended: the process exit code, why, and what to run next. */
export interface CommandExit {
  code: number
  reason: string
  next: readonly string[]
}

/** What the command line gave, parsed. */
export interface CommandInput {
  arguments: readonly string[]
  /** A flag with a value, undefined when not given. */
  value(flag: string): string | undefined
  values(flag: string): readonly string[]
  on(flag: string): boolean
}

/** One command, `inventory list` for example: what `--help` says and what it does. */
export interface CommandDefinition {
  path: string
  details?: Text
  arguments?: readonly ArgumentDefinition[]
  /** Settings that have a flag on this command, beside the global ones. */
  settings?: readonly SettingKey[]
  flags?: readonly FlagDefinition[]
  examples?: readonly string[]
  /** Forms of `-o` that it can print; all of them when left out. */
  formats?: readonly OutputFormat[]
  run(context: CommandContext, input: CommandInput): Promise<CommandExit>
}

/** Types `run` and keeps commands alike. */
export function defineCommand(command: CommandDefinition): CommandDefinition {
  return command
}

/** Done and clean. */
export const done: CommandExit = { code: 0, reason: 'done', next: [] }

/** Forms of `-o` of a command whose answer is one document, no list. */
export const documentFormats: readonly OutputFormat[] = ['table', 'wide', 'json', 'yaml', 'ndjson']
/** Of a command that prints a text of its own. */
export const textOnly: readonly OutputFormat[] = ['table']
