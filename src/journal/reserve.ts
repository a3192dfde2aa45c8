import { randomBytes } from 'node:crypto'
import { closeSync, constants, fstatSync, fsyncSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { failed, isFull } from './failure.ts'

/** Enough for the last records of some hundreds of nodes in flight. */
const reserveBytes = 2 * 1024 * 1024

/** Where the space lies that is kept for the end of a run. */
export function reservePath(journalPath: string): string {
  return `${journalPath}.reserve`
}

/**
 * Takes space on the journal's file system, so that what has begun can be written to its end on a disk that others have
 * filled. Throws JOURNAL_FAILED when there is none: then nothing may begin.
 */
export function ensureReserve(journalPath: string): void {
  const path = reservePath(journalPath)
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600)
  try {
    const { size, blocks } = fstatSync(file)
    if (size >= reserveBytes && blocks * 512 >= reserveBytes) return
    // Chance, since some file systems store zeros as nothing.
    const bytes = randomBytes(reserveBytes)
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at, at)
    fsyncSync(file)
  } catch (error) {
    unlinkSync(path)
    if (!isFull(journalPath, error)) throw error
    throw failed(journalPath, `${reserveBytes / 1024} KiB must be free beside it, and are not`, {
      hint: 'free space on its file system, or choose another directory with --state; nothing was begun',
      cause: error,
    })
  } finally {
    closeSync(file)
  }
}

/** Gives the space back to the file system; false when it has been given back before. */
export function releaseReserve(journalPath: string): boolean {
  try {
    unlinkSync(reservePath(journalPath))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
