import { lstatSync } from 'node:fs'
import type { JournalEvent, JournalRun } from '../model/journal-record.ts'
import { checkChain, type ChainEnd } from './check-chain.ts'
import { atJournal } from './failure.ts'
import { isJournalThere } from './file-check.ts'
import { readOwner } from './lock.ts'
import { checkPages, openForReading } from './open-database.ts'
import { ownerState, thisProcess, type Owner, type OwnerState } from './owner.ts'
import { readEvents, readMarks, type JournalFile, type Takeover } from './records.ts'

/** A journal as everybody may read it, beside whoever writes it. Reading changes nothing and takes no lock. */
export interface JournalReader {
  runs(): readonly JournalRun[]
  takeovers(): readonly Takeover[]
  /** Events of a run in their order, those after `afterSeq` when given. */
  events(run: string, afterSeq?: number): IterableIterator<JournalEvent>
  /** The same without steps: enough to know how runs and nodes fare. */
  milestones(run: string): IterableIterator<JournalEvent>
  /** Number of the last event of a run, 0 without one. */
  lastSeq(run: string): number
  close(): void
}

/** Opens a journal for reading; undefined when there is none. Throws JOURNAL_FAILED, JOURNAL_CORRUPT, JOURNAL_NEWER. */
export function openJournalReader(path: string): JournalReader | undefined {
  if (!isJournalThere(path)) return undefined
  const file = openForReading(path)
  const last = file.database.prepare('SELECT max(seq) AS seq FROM events WHERE run = ?')
  return {
    runs: () => readMarks(file).flatMap((mark) => (mark.kind === 'run' ? [mark.run] : [])),
    takeovers: () => readMarks(file).flatMap((mark) => (mark.kind === 'takeover' ? [mark] : [])),
    events: (run, afterSeq = 0) => readEvents(file, run, { afterSeq }),
    milestones: (run) => readEvents(file, run, { only: 'milestones' }),
    lastSeq: (run) => atJournal(path, () => Number(last.get(run)?.['seq'] ?? 0)),
    close: () => file.database.close(),
  }
}

/** Who has the journal now, and whether that process is still at work, as far as it can be told from here. */
export function journalOwner(path: string): { owner: Owner; state: OwnerState } | undefined {
  const owner = atJournal(path, () => readOwner(path))
  if (owner === undefined) return undefined
  return { owner, state: ownerState(owner, thisProcess('', owner.since)) }
}

/** What a journal is whose every record is as it was written. */
export interface VerifiedJournal extends ChainEnd {
  bytes: number
}

/**
 * Examines a journal, or a copy of one, wholly: SQLite's own integrity check, then every record. Undefined when there is none;
 * throws JOURNAL_CORRUPT with the first record that was changed or is missing.
 */
export function verifyJournal(path: string): VerifiedJournal | undefined {
  if (!isJournalThere(path)) return undefined
  const file: JournalFile = openForReading(path)
  try {
    checkPages(file, 'integrity_check')
    const end = checkChain(file)
    readMarks(file)
    return { ...end, bytes: lstatSync(path).size }
  } finally {
    file.database.close()
  }
}
