import { resolveSettings } from '../../src/cli/config.ts'
import type { CommandContext } from '../../src/cli/context.ts'
import { createLog } from '../../src/cli/log.ts'
import type { OutputStream } from '../../src/cli/output-stream.ts'

/** What a command of this test was given, and what it has written. */
export interface TestContext extends CommandContext {
  readonly written: { stdout: string; stderr: string }
}

function stream(keep: (text: string) => void): OutputStream {
  const nothing = async (): Promise<void> => await Promise.resolve()
  return { write: keep, flush: nothing, drained: nothing, closed: false, failure: undefined }
}

/** What commands are given in a directory of its own: real settings, no terminal, nobody to ask. */
export async function commandContext(cwd: string, more: Partial<CommandContext> = {}): Promise<TestContext> {
  const env = { PATH: process.env['PATH'], HOME: cwd }
  const settings = await resolveSettings({ flags: new Map(), configFiles: [], env, cwd, language: 'en' })
  const written = { stdout: '', stderr: '' }
  const stdout = stream((text) => (written.stdout += text))
  const stderr = stream((text) => (written.stderr += text))
  return {
    settings,
    format: 'table',
    language: 'en',
    say: ({ en }) => en,
    stdout,
    stderr,
    colour: { stdout: false, stderr: false },
    columns: undefined,
    redrawColumns: undefined,
    canPrompt: false,
    assumeYes: false,
    verbosity: 'normal',
    log: await createLog({ verbosity: 'normal', logFile: undefined, stderr }),
    clock: { now: () => new Date().toISOString(), monotonicMs: () => performance.now() },
    env,
    cwd,
    signal: new AbortController().signal,
    forced: () => new AbortController().signal,
    version: '0.1.0',
    written,
    ...more,
  }
}
