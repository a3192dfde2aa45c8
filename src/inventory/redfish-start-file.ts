import { dirname } from 'node:path'
import { isMigrationError } from '../model/errors.ts'
import { RedfishStart } from '../model/redfish-start.ts'
import { ensureStateDirectory, writeFileAtomically } from './atomic-file.ts'
import { parseJsonDocument } from './json-document.ts'
import { readBounded } from './read-bounded.ts'

/** How far the start of a host by its BMC is; undefined where none is noted. Throws DOCUMENT_* for a file that is not whole. */
export async function readRedfishStart(path: string): Promise<RedfishStart | undefined> {
  try {
    const text = await readBounded(path, { maxBytes: 64 * 1024 })
    return parseJsonDocument(text, { path, schema: RedfishStart, name: 'redfish-start' })
  } catch (error) {
    if (isMigrationError(error, 'DOCUMENT_NOT_FOUND')) return undefined
    throw error
  }
}

/** On the disk when it resolves. Rejects with OUTPUT_FAILED. */
export async function writeRedfishStart(path: string, start: RedfishStart): Promise<void> {
  ensureStateDirectory(dirname(path))
  await writeFileAtomically(path, `${JSON.stringify(start, null, 2)}\n`)
}
