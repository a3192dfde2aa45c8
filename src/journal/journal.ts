import type { Journal } from '../model/journal-port.ts'
import type { Clock } from '../model/ports.ts'
import { checkChain } from './check-chain.ts'
import { journalError } from './failure.ts'
import { isJournalThere } from './file-check.ts'
import { takeLock, type JournalLock, type LockOptions, type TakenOver } from './lock.ts'
import { checkPages, createJournal, makeJournalDirectory, openForWriting } from './open-database.ts'
import { thisProcess, type Owner } from './owner.ts'
import { readEvents, readMarks, readRuns, type JournalFile } from './records.ts'
import { ensureReserve } from './reserve.ts'
import { chainWriter } from './writer.ts'

export interface OpenJournalOptions extends LockOptions {
  path: string
  /** `user@host`, told to others who want the journal. */
  actor: string
  clock: Clock
  /** How long another program that has the file open is waited for. */
  busyMs?: number
}

/** A journal that this process owns. */
export interface OwnedJournal extends Journal {
  readonly path: string
  /** When its lock was taken from somebody who is no more; recorded in the journal too. */
  readonly takenOver: TakenOver | undefined
}

/**
 * Opens the journal of a project for writing, and makes it when there is none. Before anybody may act, the lock is taken, the
 * space for the last records is reserved, and every record is checked. Throws JOURNAL_LOCKED, JOURNAL_FAILED,
 * JOURNAL_CORRUPT, JOURNAL_NEWER.
 */
export async function openJournal(options: OpenJournalOptions): Promise<OwnedJournal> {
  const { path, clock } = options
  const me = thisProcess(options.actor, clock.now())
  makeJournalDirectory(path)
  const lock = await takeLock(path, me, options).catch((error: unknown) => {
    throw journalError(path, error)
  })
  try {
    ensureReserve(path)
    if (!isJournalThere(path)) createJournal(path, me.token)
    return openOwned(openForWriting(path, options.busyMs), { lock, clock, me })
  } catch (error) {
    lock.release()
    throw journalError(path, error)
  }
}

function openOwned(
  file: JournalFile,
  { lock, clock, me }: { lock: JournalLock; clock: Clock; me: Owner },
): OwnedJournal {
  try {
    checkPages(file, 'quick_check')
    const writer = chainWriter(file, { lock, clock, end: checkChain(file), marks: readMarks(file) })
    const { takenOver } = lock
    if (takenOver !== undefined) writer.takeover({ by: me, ...takenOver })
    return {
      path: file.path,
      takenOver,
      begin: writer.begin,
      append: writer.append,
      runs: () => readRuns(file),
      events: (run, afterSeq = 0) => readEvents(file, run, { afterSeq }),
      close(): void {
        if (file.database.isOpen) file.database.close()
        lock.release()
      },
    }
  } catch (error) {
    file.database.close()
    throw error
  }
}
