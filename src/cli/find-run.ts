import type { JournalReader } from '../journal/read-journal.ts'
import { openJournalReader } from '../journal/read-journal.ts'
import { MigrationError } from '../model/errors.ts'
import type { JournalRun } from '../model/journal-record.ts'
import { nearest } from '../model/nearest.ts'
import { matchRunIds } from '../model/run-id.ts'
import type { CommandContext } from './context.ts'
import { journalPath } from './state-paths.ts'

/** Reads the journal of the project and the one run that is meant; throws RUN_NOT_FOUND. The journal is closed afterwards. */
export async function withRun<T>(
  context: CommandContext,
  typed: string,
  work: (reader: JournalReader, run: JournalRun) => Promise<T> | T,
): Promise<T> {
  const reader = openJournalReader(journalPath(context))
  if (reader === undefined) throw notFound(typed, [])
  try {
    return await work(reader, findRun(reader.runs(), typed))
  } finally {
    reader.close()
  }
}

/** The run whose id is, or begins with, what was typed; throws RUN_NOT_FOUND. */
function findRun(runs: readonly JournalRun[], typed: string): JournalRun {
  const ids = runs.map(({ id }) => id)
  const matched = matchRunIds(typed, ids)
  if (matched.length > 1)
    throw new MigrationError('RUN_NOT_FOUND', `${matched.length} runs begin with ${typed}`, {
      hint: `write more of it: ${matched.slice(-5).join(', ')}`,
    })
  const found = runs.find(({ id }) => id === matched[0])
  if (found === undefined) throw notFound(typed, ids)
  return found
}

function notFound(typed: string, ids: readonly string[]): MigrationError {
  const near = nearest(typed, ids)
  const meant = near === undefined ? '' : `did you mean ${near}? `
  const all = ids.length === 0 ? 'the journal has no runs yet' : 'osferry runs list shows all'
  return new MigrationError('RUN_NOT_FOUND', `the journal has no run ${typed}`, { hint: `${meant}${all}` })
}
