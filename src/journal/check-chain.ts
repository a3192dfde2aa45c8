import { isSealed, chainStart } from './chain.ts'
import { atJournal, corrupt } from './failure.ts'
import { rowsOf, type JournalFile, type StoredRow } from './records.ts'

/** What a whole chain holds. */
export interface ChainEnd {
  events: number
  marks: number
  hash: string
}

interface Link {
  previous: string
  seq?: number
  after?: number
  ordinal?: number
}

/**
 * Reads every record once and follows the chain from its start to its head. Throws JOURNAL_CORRUPT, which names the first
 * record that was changed or is missing.
 */
export function checkChain(file: JournalFile): ChainEnd {
  return atJournal(file.path, () => {
    const { database, path } = file
    const select = (table: string, key: string) =>
      database.prepare(`SELECT ${key} AS number, text, hash FROM ${table} ORDER BY ${key}`)
    const marks = rowsOf(select('marks', 'ordinal').all())
    const at: ChainEnd = { events: 0, marks: 0, hash: chainStart }
    let before = 'the beginning'
    const follow = (row: StoredRow, name: string): Link => {
      if (!isSealed(row)) throw corrupt(path, `${name} was changed`)
      const link = JSON.parse(row.text) as Link
      if (link.previous !== at.hash)
        throw corrupt(
          path,
          `${name} does not follow ${before}: one of them was changed, or what was between them is missing`,
        )
      at.hash = row.hash
      before = name
      return link
    }
    const takeMarks = (): void => {
      for (let row = marks[at.marks]; row !== undefined; row = marks[at.marks]) {
        if (row.number !== at.marks + 1) throw corrupt(path, `${markName(at.marks + 1)} is missing`)
        const after = isSealed(row) ? (JSON.parse(row.text) as Link).after : undefined
        if (after !== undefined && after > at.events) return
        const link = follow(row, markName(row.number))
        if (link.ordinal !== row.number) throw corrupt(path, `${markName(row.number)} was changed`)
        at.marks += 1
      }
    }
    for (const row of select('events', 'seq').iterate() as Iterable<unknown>) {
      const stored = row as StoredRow
      takeMarks()
      const name = `record ${stored.number}`
      if (stored.number !== at.events + 1) throw corrupt(path, `record ${at.events + 1} is missing`)
      if (follow(stored, name).seq !== stored.number) throw corrupt(path, `${name} was changed`)
      at.events += 1
    }
    takeMarks()
    checkHead(file, at, marks.length)
    return at
  })
}

/** Without it records at the end would be missed by nobody. */
function checkHead({ database, path }: JournalFile, at: ChainEnd, marks: number): void {
  const head = database.prepare('SELECT seq, ordinal, hash FROM head').get()
  if (head === undefined) throw corrupt(path, 'its head is missing')
  const [seq, ordinal] = [Number(head['seq']), Number(head['ordinal'])]
  if (seq > at.events || at.marks < marks) throw corrupt(path, `record ${at.events + 1} is missing`)
  if (ordinal > at.marks) throw corrupt(path, `${markName(at.marks + 1)} is missing`)
  if (seq !== at.events || ordinal !== at.marks || head['hash'] !== at.hash)
    throw corrupt(path, `its head was changed: it is not that of record ${at.events}`)
}

function markName(ordinal: number): string {
  return `mark ${ordinal} (a run or a lock taken over)`
}
