import type { FileHandle } from 'node:fs/promises'
import { MigrationError } from '../model/errors.ts'
import { readLastLine } from './read-lines.ts'

/** The last line of a file of records, which is its end record. Throws DOCUMENT_INVALID when it was cut short; `hint` says what to do then. */
export async function readEndLine(file: FileHandle, path: string, hint: string): Promise<string> {
  const last = await readLastLine(file, path)
  if (last.startsWith('{"record":"end"')) return last
  throw incomplete(path, hint)
}

/** The error of a file of records without its end. */
export function incomplete(path: string, hint: string): MigrationError {
  return new MigrationError('DOCUMENT_INVALID', `${path} is incomplete: it has no end record`, {
    hint,
    details: { file: path },
  })
}
