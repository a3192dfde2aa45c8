import type { TerminalFacts } from './terminal.ts'

/** The terminal facts of this process. */
export function terminalFacts(): TerminalFacts {
  const { stdin, stdout, stderr, env } = process
  return {
    stdinIsTty: stdin.isTTY,
    stdoutIsTty: stdout.isTTY,
    stderrIsTty: stderr.isTTY,
    columns: (stderr.isTTY ? stderr.columns : stdout.columns) ?? 0,
    env,
  }
}
