import { checkChain, type ChainEnd } from './check-chain.ts'
import { atJournal } from './failure.ts'
import { checkPages, openForReading } from './open-database.ts'
import { readMarks, type Mark } from './records.ts'
import { checkWitness, lastWitnessed } from './witness.ts'

/**
 * Looks at every page and every record of a journal that is there, without the right to write: also what SQLite would put in
 * order by itself stays as it was found. Throws JOURNAL_CORRUPT.
 */
export function examineJournal(
  path: string,
  { how, busyMs }: { how: 'quick_check' | 'integrity_check'; busyMs?: number | undefined },
): { end: ChainEnd; marks: readonly Mark[] } {
  const seen = atJournal(path, () => lastWitnessed(path))
  const file = openForReading(path, busyMs)
  try {
    checkPages(file, how)
    const end = checkChain(file)
    checkWitness(path, { seen, events: end.events })
    return { end, marks: readMarks(file) }
  } finally {
    file.database.close()
  }
}
