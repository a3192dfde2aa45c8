import type { Clock, Log } from '../model/ports.ts'
import type { Language, Text } from '../model/text.ts'
import type { ForcedEnd } from './signals.ts'
import type { Settings } from './config.ts'
import type { OutputFormat } from './config-schema.ts'
import type { Environment } from './lang.ts'
import type { OutputStream } from './output-stream.ts'

/** How loud: `quiet` leaves out everything but errors and the answer. */
export type Verbosity = 'quiet' | 'normal' | 'verbose' | 'debug'

/** What every command is given: settings, streams, language, clock, and the one answer to "may we ask". */
export interface CommandContext {
  readonly settings: Settings
  readonly format: OutputFormat
  readonly language: Language
  readonly say: (text: Text) => string
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  /** May colour stdout; may colour stderr. */
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean }
  /** Width of stdout for tables; undefined when it is not a terminal, and then nothing is cut. */
  readonly columns: number | undefined
  /** Columns for the one progress line that is redrawn on stderr; undefined when lines are printed instead. */
  readonly redrawColumns: number | undefined
  readonly canPrompt: boolean
  readonly assumeYes: boolean
  readonly verbosity: Verbosity
  readonly log: Log
  readonly clock: Clock
  readonly env: Environment
  readonly cwd: string
  /** Aborted by the first Ctrl-C (SIGINT) or SIGTERM; the second one ends the process. */
  readonly signal: AbortSignal
  /** Aborted by the second one, for commands that must put something away first; see SignalListener. */
  readonly forced: (end?: ForcedEnd) => AbortSignal
  readonly version: string
}
