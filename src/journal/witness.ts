import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs'
import { corrupt } from './failure.ts'

/** Digits of a number, so that a later one replaces an earlier one without a byte more of the disk. */
const width = 16

/**
 * Beside a journal stands the number of its last event, written after each without waiting for the disk. SQLite passes in
 * silence over what follows the first damaged part of a log, and over a log that was deleted: only from outside can it be
 * seen that records are missing then. The number is never larger than what is on the disk, also after a loss of power.
 */
export interface Witness {
  saw(seq: number): void
  close(): void
}

/** Where the number of the last event lies. */
export function witnessPath(journalPath: string): string {
  return `${journalPath}.last`
}

/** Opens the witness of a journal whose last event is known to be `seq`. */
export function openWitness(journalPath: string, seq: number): Witness {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW
  const file = openSync(witnessPath(journalPath), flags, 0o600)
  const saw = (last: number): void => {
    writeSync(file, `${String(last).padStart(width)}\n`, 0)
  }
  try {
    saw(seq)
  } catch (error) {
    closeSync(file)
    throw error
  }
  return {
    saw(last): void {
      try {
        saw(last)
      } catch {
        // The record is kept, whatever becomes of its witness: a number that is too small does no harm.
      }
    },
    close: () => closeSync(file),
  }
}

/** Number of the last event that was written for sure; 0 when nobody has seen any. Ask before the journal is opened. */
export function lastWitnessed(journalPath: string): number {
  let file: number
  try {
    file = openSync(witnessPath(journalPath), constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
  try {
    const bytes = Buffer.alloc(width)
    readSync(file, bytes, 0, width, 0)
    // Zeros are what a loss of power leaves of a file that was only just made.
    const text = bytes.toString('latin1').replaceAll('\0', ' ').trim()
    if (!/^\d*$/.test(text)) throw corrupt(journalPath, `${witnessPath(journalPath)} holds no number`)
    return Number(text)
  } finally {
    closeSync(file)
  }
}

/** Throws JOURNAL_CORRUPT when a journal ends before what was seen of it. */
export function checkWitness(journalPath: string, { seen, events }: { seen: number; events: number }): void {
  if (events >= seen) return
  throw corrupt(
    journalPath,
    `records ${events + 1} to ${seen} are missing: its log ${journalPath}-wal was deleted or damaged, or an older copy was put in its place (${witnessPath(journalPath)} says what was there; without that file the older copy is believed)`,
  )
}
