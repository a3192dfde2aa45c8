import type { TerminalFacts } from './terminal.ts'

/** The terminal facts of this process. */
export function terminalFacts(): TerminalFacts {
  const { stdin, stdout, stderr, env } = process
  return {
    stdinIsTty: stdin.isTTY === true,
    stdoutIsTty: stdout.isTTY === true,
    stderrIsTty: stderr.isTTY === true,
    columns: (stderr.isTTY ? stderr.columns : stdout.columns) ?? 0,
    env,
  }
}
