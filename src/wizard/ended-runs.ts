import type { EndedRun } from './move.ts'

/** Of several runs the worst speaks: a node that is lost, one that was given back, one that waits to go on. */
const worstFirst = [7, 8, 6]

/** The exit code for all runs of a session; undefined when there was none. */
export function exitCodeOfRuns(runs: Iterable<Pick<EndedRun, 'exitCode'>>): number | undefined {
  const codes = [...runs].map(({ exitCode }) => exitCode)
  return worstFirst.find((code) => codes.includes(code)) ?? codes[0]
}

/** What is to be known of runs when the terminal is left: why each is as it is, and how it goes on. */
export function lastWords(runs: Iterable<Pick<EndedRun, 'reason' | 'next'>>): string[] {
  return [...runs].flatMap(({ reason, next }) => [reason, ...next])
}
