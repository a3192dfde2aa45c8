import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Where a journal may be made in one test; its directory is removed afterwards. */
export async function journalPlace(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'osferry-journal-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return join(directory, 'state', 'journal.db')
}
