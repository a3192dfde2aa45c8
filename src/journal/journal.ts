import type { Journal } from '../model/journal-port.ts'
import type { Clock } from '../model/ports.ts'
import { examineJournal } from './examine.ts'
import { journalError } from './failure.ts'
import { isJournalThere } from './file-check.ts'
import { takeLock, type LockOptions, type TakenOver } from './lock.ts'
import { createJournal, makeJournalDirectory, openForWriting } from './open-database.ts'
import { thisProcess, type Owner } from './owner.ts'
import { readEvents, readRuns, type JournalFile } from './records.ts'
import { ensureReserve } from './reserve.ts'
import { openWitness, type Witness } from './witness.ts'
import { chainWriter, type ChainWriterOptions } from './writer.ts'

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
  /** Of the lock: different for every taking of it. */
  readonly token: string
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
    const found = examineJournal(path, { how: 'quick_check', busyMs: options.busyMs })
    return openOwned(openForWriting(path, options.busyMs), { lock, clock, me, ...found })
  } catch (error) {
    lock.release()
    throw journalError(path, error)
  }
}

function openOwned(
  file: JournalFile,
  { lock, clock, me, end, marks }: Omit<ChainWriterOptions, 'witness'> & { me: Owner },
): OwnedJournal {
  const { path, database } = file
  let witness: Witness | undefined
  const close = (): void => {
    if (database.isOpen) database.close()
    witness?.close()
    witness = undefined
    lock.release()
  }
  try {
    witness = openWitness(path, end.events)
    const writer = chainWriter(file, { lock, clock, end, marks, witness })
    const { takenOver } = lock
    if (takenOver !== undefined) writer.takeover({ by: me, ...takenOver })
    return {
      path,
      token: me.token,
      takenOver,
      begin: writer.begin,
      append: writer.append,
      runs: () => readRuns(file),
      events: (run, afterSeq = 0) => readEvents(file, run, { afterSeq }),
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}
