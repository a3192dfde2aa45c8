import { lstatSync } from 'node:fs'
import type { JournalEvent, JournalRun } from '../model/journal-record.ts'
import type { ChainEnd } from './check-chain.ts'
import { examineJournal } from './examine.ts'
import { atJournal } from './failure.ts'
import { isJournalThere } from './file-check.ts'
import { readOwner } from './lock.ts'
import { openForReading } from './open-database.ts'
import { ownerState, thisProcess, type Owner, type OwnerState } from './owner.ts'
import { readEvents, readMarks, type Takeover } from './records.ts'
import { checkWitness, lastWitnessed } from './witness.ts'

/** A journal as everybody may read it, beside whoever writes it. Reading changes nothing and takes no lock. */
export interface JournalReader {
  runs(): readonly JournalRun[]
  /** Locks that were taken over since a run began, by the order of the records and not by clocks. */
  takeovers(run: string): readonly Takeover[]
  /** Events of a run in their order, those after `afterSeq` when given. */
  events(run: string, afterSeq?: number): IterableIterator<JournalEvent>
  /** The same without steps: enough to know how runs and nodes fare. */
  milestones(run: string): IterableIterator<JournalEvent>
  /** Those from which it can be told how long steps have taken, after `afterSeq`. */
  attempts(run: string, afterSeq: number): IterableIterator<JournalEvent>
  /** Number of the last event of a run, 0 without one. */
  lastSeq(run: string): number
  close(): void
}

/** Opens a journal for reading; undefined when there is none. Throws JOURNAL_FAILED, JOURNAL_CORRUPT, JOURNAL_NEWER. */
export function openJournalReader(path: string): JournalReader | undefined {
  if (!isJournalThere(path)) return undefined
  const seen = atJournal(path, () => lastWitnessed(path))
  const file = openForReading(path)
  const last = file.database.prepare('SELECT max(seq) AS seq FROM events WHERE run = ?')
  try {
    const head = atJournal(path, () => file.database.prepare('SELECT seq FROM head').get())
    checkWitness(path, { seen, events: Number(head?.['seq'] ?? 0) })
  } catch (error) {
    file.database.close()
    throw error
  }
  return {
    runs: () => readMarks(file).flatMap((mark) => (mark.kind === 'run' ? [mark.run] : [])),
    takeovers(run): Takeover[] {
      const marks = readMarks(file)
      const begun = marks.findIndex((mark) => mark.kind === 'run' && mark.run.id === run)
      return marks.slice(begun + 1).flatMap((mark) => (mark.kind === 'takeover' ? [mark] : []))
    },
    events: (run, afterSeq = 0) => readEvents(file, run, { afterSeq }),
    milestones: (run) => readEvents(file, run, { only: 'milestones' }),
    attempts: (run, afterSeq) => readEvents(file, run, { afterSeq, only: 'attempts' }),
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

/**
 * Examines a journal, or a copy of one, wholly: SQLite's own integrity check, then every record. Undefined when there is none;
 * throws JOURNAL_CORRUPT with the first record that was changed or is missing.
 */
export function verifyJournal(path: string): (ChainEnd & { bytes: number }) | undefined {
  if (!isJournalThere(path)) return undefined
  const { end } = examineJournal(path, { how: 'integrity_check' })
  return { ...end, bytes: lstatSync(path).size }
}
