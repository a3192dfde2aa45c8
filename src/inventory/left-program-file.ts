import { randomBytes } from 'node:crypto'
import { closeSync, openSync, renameSync, rmSync, unlinkSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isMigrationError } from '../model/errors.ts'
import { LeftProgram } from '../model/left-program.ts'
import { ensureStateDirectory, writeFileAtomically } from './atomic-file.ts'
import { parseJsonDocument } from './json-document.ts'
import { readBounded } from './read-bounded.ts'
import { temporaryName } from './temporary-name.ts'

/** The program that works on a host, or did; undefined where none is noted. Throws DOCUMENT_* for a file that is not whole. */
export async function readLeftProgram(path: string): Promise<LeftProgram | undefined> {
  try {
    const text = await readBounded(path, { maxBytes: 64 * 1024 })
    return parseJsonDocument(text, { path, schema: LeftProgram, name: 'provision-program' })
  } catch (error) {
    if (isMigrationError(error, 'DOCUMENT_NOT_FOUND')) return undefined
    throw error
  }
}

/** A note is shorter: names of a host, a run and a program. */
const noteBytes = 16 * 1024

/** Takes the room of a note, which the next one at this path gets. Rejects with OUTPUT_FAILED where there is none. */
export async function takeRoom(path: string): Promise<void> {
  ensureStateDirectory(dirname(path))
  // Chance, since some file systems store zeros as nothing.
  await writeFileAtomically(roomPath(path), randomBytes(noteBytes))
}

function roomPath(path: string): string {
  return path.replace(/\.json$/, '.room')
}

/** Written before this returns: the process may be killed next. After a power cut the program is no more either. */
export function writeLeftProgram(path: string, program: LeftProgram): void {
  ensureStateDirectory(dirname(path))
  rmSync(roomPath(path), { force: true })
  const temporary = join(dirname(path), temporaryName(basename(path)))
  const file = openSync(temporary, 'wx', 0o600)
  try {
    writeSync(file, `${JSON.stringify(program, null, 2)}\n`)
  } finally {
    closeSync(file)
  }
  renameSync(temporary, path)
}

export function removeLeftProgram(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
