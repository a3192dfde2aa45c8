import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { JournalEvent, JournalRun } from '../model/journal-record.ts'
import { isSealed } from './chain.ts'
import { atJournal, corrupt } from './failure.ts'
import { Owner } from './owner.ts'

const link = {
  /** 1, 2, 3 over all marks of a file. */
  ordinal: z.int().min(1),
  /** Number of the last event before it. */
  after: z.int().min(0),
  previous: z.string(),
}

/** A link of the chain that is no event. */
export const Mark = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run'), ...link, run: JournalRun }),
  z.strictObject({
    kind: z.literal('takeover'),
    ...link,
    at: z.iso.datetime(),
    from: Owner,
    by: Owner,
    why: z.enum(['gone', 'reused', 'rebooted', 'silent']),
  }),
])
export type Mark = z.infer<typeof Mark>
/** A lock that was taken over, and when in the order of what happened. */
export type Takeover = Extract<Mark, { kind: 'takeover' }>

/** A row of events or marks as it lies in the file. */
export interface StoredRow {
  number: number
  text: string
  hash: string
}

/** A database with the path that errors name. */
export interface JournalFile {
  path: string
  database: DatabaseSync
}

const pageRows = 256

/** Marks in their order; throws JOURNAL_CORRUPT for one that was changed. */
export function readMarks(file: JournalFile): Mark[] {
  return atJournal(file.path, () =>
    rowsOf(
      file.database.prepare('SELECT ordinal AS number, text, hash FROM marks ORDER BY ordinal').all(),
    ).map((row) => {
      const name = `mark ${row.number}`
      return parsed(file, Mark, { value: unsealed(file, row, name), name })
    }),
  )
}

/** Runs in the order in which they began. */
export function readRuns(file: JournalFile): JournalRun[] {
  return readMarks(file).flatMap((mark) => (mark.kind === 'run' ? [mark.run] : []))
}

/** Types of events, by what they are read for. */
const typesOf = {
  /** How runs and nodes fare, without their steps. */
  milestones: `'run-started', 'run-resumed', 'part-done', 'run-paused', 'run-aborting', 'run-ended', 'node-started',
    'point-of-no-return', 'node-rolling-back', 'node-ended'`,
  /** When attempts of steps began and were done, and what tells that their time is not that of the work alone. */
  attempts: `'run-resumed', 'node-started', 'node-rolling-back', 'step-started', 'step-done'`,
} as const

/**
 * Events of a run after a number, page by page: nothing is held open between two of them, and what is written meanwhile is
 * seen. With `only`, those of one purpose alone. Throws JOURNAL_CORRUPT for one that was changed.
 */
export function* readEvents(
  file: JournalFile,
  run: string,
  { afterSeq = 0, only }: { afterSeq?: number; only?: keyof typeof typesOf } = {},
): IterableIterator<JournalEvent> {
  const select = `SELECT seq AS number, text, hash FROM events WHERE run = ? AND seq > ?
    ${only === undefined ? '' : `AND text ->> '$.body.type' IN (${typesOf[only]})`} ORDER BY seq LIMIT ${pageRows}`
  for (let after = afterSeq; ;) {
    const rows = atJournal(file.path, () => rowsOf(file.database.prepare(select).all(run, after)))
    for (const row of rows) {
      const name = `record ${row.number}`
      const value = { ...unsealed(file, row, name), hash: row.hash }
      const event = parsed(file, JournalEvent, { value, name })
      if (event.seq !== row.number || event.run !== run) throw corrupt(file.path, `${name} was changed`)
      yield event
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < pageRows) return
    after = last.number
  }
}

/** What SQLite gives for a query of `number, text, hash`: the tables are STRICT. */
export function rowsOf(rows: readonly unknown[]): StoredRow[] {
  return rows as StoredRow[]
}

/** Throws JOURNAL_CORRUPT for a row whose text is not the one that was sealed. */
function unsealed(file: JournalFile, row: StoredRow, name: string): object {
  if (!isSealed(row)) throw corrupt(file.path, `${name} was changed`)
  return JSON.parse(row.text) as object
}

function parsed<T>(
  file: JournalFile,
  schema: z.ZodType<T>,
  { value, name }: { value: object; name: string },
): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw corrupt(file.path, `${name} holds what no osferry of this version writes`, result.error)
}
