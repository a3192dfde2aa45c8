import { dirname } from 'node:path'
import { isMigrationError } from '../model/errors.ts'
import { LeaseHolders, mostLeaseHolders, type LeaseHolder } from '../model/lease-holders.ts'
import { ensureStateDirectory, writeFileAtomically } from './atomic-file.ts'
import { parseJsonDocument } from './json-document.ts'
import { readBounded } from './read-bounded.ts'

/** Earlier processes of the project, which may hold leases; of a file that is not there or not whole, none. */
export async function readLeaseHolders(path: string): Promise<LeaseHolder[]> {
  try {
    const text = await readBounded(path, { maxBytes: 64 * 1024 })
    return parseJsonDocument(text, { path, schema: LeaseHolders, name: 'lease-holders' }).holders
  } catch (error) {
    // Whoever is not in it is waited for: nothing is taken from anybody on a guess.
    if (isMigrationError(error)) return []
    throw error
  }
}

/** Writes them, in a directory for state; of too many the newest are kept. */
export async function writeLeaseHolders(path: string, holders: readonly LeaseHolder[]): Promise<void> {
  ensureStateDirectory(dirname(path))
  const document: LeaseHolders = { schema: 'lease-holders/v1', holders: holders.slice(-mostLeaseHolders) }
  await writeFileAtomically(path, `${JSON.stringify(document, null, 2)}\n`)
}
