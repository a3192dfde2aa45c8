import { LabAccess } from '../model/lab-control.ts'
import { MigrationError, isMigrationError } from '../model/errors.ts'
import { parseJsonDocument } from './json-document.ts'
import { readBounded } from './read-bounded.ts'

/** Where the lab of a project is asked. Throws DOCUMENT_NOT_FOUND when none runs, DOCUMENT_INVALID. */
export async function readLabFile(path: string): Promise<LabAccess> {
  const text = await readBounded(path).catch((error: unknown) => {
    if (!isMigrationError(error, 'DOCUMENT_NOT_FOUND')) throw error
    throw new MigrationError('DOCUMENT_NOT_FOUND', `no lab runs here: there is no ${path}`, {
      hint: 'start osferry lab, and go on in its directory',
      cause: error,
    })
  })
  return parseJsonDocument(text, { path, schema: LabAccess, name: 'lab' })
}
