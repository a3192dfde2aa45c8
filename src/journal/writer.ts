import type { StatementSync } from 'node:sqlite'
import { MigrationError } from '../model/errors.ts'
import type { Journal } from '../model/journal-port.ts'
import { JournalEventBody, JournalRun, type JournalEvent } from '../model/journal-record.ts'
import type { Clock } from '../model/ports.ts'
import { seal, type SealedRecord } from './chain.ts'
import type { ChainEnd } from './check-chain.ts'
import { isFull, isPassing, journalError } from './failure.ts'
import type { JournalLock } from './lock.ts'
import type { JournalFile, Mark, Takeover } from './records.ts'
import { releaseReserve } from './reserve.ts'
import type { Witness } from './witness.ts'

/** Larger texts are a bug: what a step remembers is small. */
const maxTextLength = 1024 * 1024
/** The first record of a run names all nodes of its plan: ten thousand names of 253 characters are 2.6 MB. */
const maxStartLength = 4 * 1024 * 1024
/** Pages after which the log is copied into the file once the reserve is used: little of it goes into a log that grows. */
const tightCheckpointPages = 64

/** What may not begin once the disk was full. Everything else ends what has begun, or says how it goes. */
const beginnings: ReadonlySet<JournalEventBody['type']> = new Set([
  'run-started',
  'run-resumed',
  'wave-started',
  'node-started',
  'step-started',
])

export interface ChainWriterOptions {
  lock: JournalLock
  clock: Clock
  /** Where the chain ends now. */
  end: ChainEnd
  marks: readonly Mark[]
  witness: Witness
}

/** Adds links to the chain of a journal; each is on disk when the call returns. */
export interface ChainWriter extends Pick<Journal, 'begin' | 'append'> {
  takeover(takeover: Pick<Takeover, 'by' | 'from' | 'why'>): void
}

/** Makes the writer of a journal whose lock is held and whose chain is whole. */
export function chainWriter(
  file: JournalFile,
  { lock, clock, end, marks, witness }: ChainWriterOptions,
): ChainWriter {
  const { database, path } = file
  const insertEvent = database.prepare('INSERT INTO events (seq, text, hash) VALUES (?, ?, ?)')
  const insertMark = database.prepare('INSERT INTO marks (ordinal, text, hash) VALUES (?, ?, ?)')
  const runs = new Set(marks.flatMap((mark) => (mark.kind === 'run' ? [mark.run.id] : [])))
  let { events: seq, marks: ordinal, hash: previous } = end
  let isReserveUsed = false
  let fault: unknown

  function store(statement: StatementSync, number: number, record: SealedRecord): void {
    statement.run(number, record.text, record.hash)
    previous = record.hash
  }

  /** Nothing is kept when this throws: the number of the next record stays what it was. */
  function write(
    statement: StatementSync,
    {
      number,
      record,
      begins,
      most = maxTextLength,
    }: { number: number; record: Readonly<Record<string, unknown>>; begins: boolean; most?: number },
  ): SealedRecord {
    if (fault !== undefined) throw fault
    if (!lock.isHeld()) throw lostLock(path)
    if (begins && isReserveUsed) throw spaceUsed(path)
    const sealed = seal(record)
    if (sealed.text.length > most) throw new Error(`a record of ${sealed.text.length} characters`)
    try {
      store(statement, number, sealed)
    } catch (error) {
      if (!isFull(path, error) || begins || isReserveUsed) throw refused(error)
      useReserve()
      try {
        store(statement, number, sealed)
      } catch (again) {
        throw refused(again)
      }
    }
    return sealed
  }

  /** After an error of the disk itself nobody knows what it has kept: nothing more is written then. */
  function refused(error: unknown): unknown {
    const told = journalError(path, error)
    if (!isPassing(path, error)) fault = told
    return told
  }

  function useReserve(): void {
    isReserveUsed = true
    releaseReserve(path)
    try {
      database.exec(`PRAGMA wal_autocheckpoint = ${tightCheckpointPages}; PRAGMA wal_checkpoint(PASSIVE)`)
    } catch (error) {
      if (!isFull(path, error)) throw refused(error)
      // The log held more than there is room for, since somebody reads it: what is left of the reserve is the log's.
      database.exec('PRAGMA wal_autocheckpoint = 0')
    }
  }

  function mark(content: Readonly<Record<string, unknown>>): void {
    const record = { ...content, ordinal: ordinal + 1, after: seq, previous }
    write(insertMark, { number: ordinal + 1, record, begins: true })
    ordinal += 1
  }

  return {
    begin(given): void {
      const run = JournalRun.parse(given)
      if (runs.has(run.id)) throw new Error(`the journal has a run ${run.id} already`)
      mark({ kind: 'run', run })
      runs.add(run.id)
    },
    append({ run, node, body: given }): JournalEvent {
      if (!runs.has(run)) throw new Error(`the journal has no run ${run}`)
      const body = JournalEventBody.parse(given)
      const record = { seq: seq + 1, run, at: clock.now(), node, body, previous }
      const begins = beginnings.has(body.type)
      const most = body.type === 'run-started' ? maxStartLength : maxTextLength
      const { hash } = write(insertEvent, { number: seq + 1, record, begins, most })
      seq += 1
      witness.saw(seq)
      return { ...record, hash }
    },
    takeover: ({ by, from, why }) => mark({ kind: 'takeover', at: clock.now(), by, from, why }),
  }
}

function lostLock(path: string): MigrationError {
  return new MigrationError(
    'JOURNAL_LOCKED',
    `the lock of the journal ${path} is no longer held by this process`,
    {
      hint: 'somebody has taken it over or removed its file; nothing more was written. Look who works on it: osferry runs list',
      details: { path },
    },
  )
}

function spaceUsed(path: string): MigrationError {
  return new MigrationError('JOURNAL_FAILED', `the journal ${path} cannot be used: its disk was full`, {
    hint: 'what had begun was written to its end, and nothing new begins; free space on its file system, then resume the run',
    details: { path },
  })
}
