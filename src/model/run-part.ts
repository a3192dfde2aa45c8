import type { RunPart } from './journal-record.ts'

/** What is asked of a run now, and what holds again when that is done. */
export interface AskedParts {
  now: RunPart
  later: RunPart
  /** The last part that was done, since when nobody has asked for the whole; a way back is none. */
  done?: RunPart
}

/** All of the plan. */
export const wholePlan: AskedParts = { now: {}, later: {} }

/** True for a part that is all of the plan. */
export function isWhole(part: RunPart): boolean {
  return Object.keys(part).length === 0
}

/**
 * Somebody asks for a part. What was asked for first, and is not done, is kept for later: whoever tries one node again, or
 * brings it back, has not asked for more than before.
 */
export function askFor(asked: AskedParts, part: RunPart): AskedParts {
  if (isWhole(part)) return wholePlan
  if (JSON.stringify(sorted(part)) === JSON.stringify(sorted(asked.now))) return asked
  return { ...asked, now: part, later: isWhole(asked.later) ? asked.now : asked.later }
}

/** What is asked of a run after its part is done. */
export function partDone({ now, later, done }: AskedParts): AskedParts {
  const last = now.rollback === undefined ? now : done
  return { now: later, later: {}, ...(last === undefined ? {} : { done: last }) }
}

/** The part that somebody who tries a node again keeps to: it is asked for no more than before. */
export function partToRetry({ now, later, done = {} }: AskedParts): RunPart {
  const part = now.rollback === undefined ? now : later
  return isWhole(part) ? done : part
}

function sorted(part: RunPart): [string, unknown][] {
  return Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))
}
