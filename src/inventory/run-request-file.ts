import { lstatSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { MigrationError } from '../model/errors.ts'
import { RunRequestDocument } from '../model/run-request.ts'
import { ensureStateDirectory, writeFileAtomically } from './atomic-file.ts'
import { parseJsonDocument } from './json-document.ts'
import { readBounded } from './read-bounded.ts'

/** Puts a request where the process that is at work looks for it; one that was there is replaced. */
export async function writeRunRequest(path: string, request: RunRequestDocument): Promise<void> {
  ensureStateDirectory(dirname(path))
  await writeFileAtomically(path, `${JSON.stringify(request)}\n`)
}

/**
 * What is asked for; undefined when nothing is. Throws DOCUMENT_INVALID for what is no request, or is somebody else's: whoever
 * may write it may stop a run.
 */
export async function readRunRequest(path: string): Promise<RunRequestDocument | undefined> {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return undefined
  const me = process.geteuid?.() ?? found.uid
  if (!found.isFile() || found.uid !== me || (found.mode & 0o022) !== 0)
    throw new MigrationError('DOCUMENT_INVALID', `${path} is no file that only you can write`, {
      hint: 'remove it: nothing is done because of it',
    })
  const text = await readBounded(path, { maxBytes: 16 * 1024 })
  return parseJsonDocument(text, { path, schema: RunRequestDocument, name: 'run-request' })
}

/** Takes a request away: true for the one who did, so that nobody heeds what somebody else has withdrawn. */
export function removeRunRequest(path: string): boolean {
  try {
    unlinkSync(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
