import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs'
import { MigrationError } from '../model/errors.ts'
import { atJournal, corrupt, failed } from './failure.ts'
import { applicationId, schemaVersion } from './schema.ts'
import { lastWitnessed, witnessPath } from './witness.ts'

/** Source: https://www.sqlite.org/fileformat2.html, the database header. */
const header = { bytes: 100, magic: 'SQLite format 3\0', userVersionAt: 60, applicationIdAt: 68 } as const

/**
 * Looks at what lies where a journal is to be, before SQLite does: false when nothing is there. Throws JOURNAL_FAILED,
 * JOURNAL_CORRUPT or JOURNAL_NEWER for everything that is no journal of this version.
 */
export function isJournalThere(path: string): boolean {
  return atJournal(path, () => {
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (found === undefined) {
      if (lstatSync(`${path}-wal`, { throwIfNoEntry: false }) !== undefined)
        throw corrupt(path, `it is missing, and ${path}-wal, which belongs to it, is there`)
      const seen = lastWitnessed(path)
      if (seen === 0) return false
      throw corrupt(
        path,
        `it is missing, and ${seen} records were in it: put it back, or remove ${witnessPath(path)} to begin a new one`,
      )
    }
    checkKind(path, found)
    checkHeader(path, readHeader(path))
    return true
  })
}

function checkKind(path: string, found: Stats): void {
  const hint = 'move it away, or choose another directory with --state'
  if (found.isSymbolicLink()) throw failed(path, 'it is a symbolic link, expected a file', { hint })
  if (!found.isFile())
    throw failed(path, `it is ${found.isDirectory() ? 'a directory' : 'no file'}, expected a file`, { hint })
  if ((found.mode & 0o022) !== 0)
    throw failed(path, `others may write to it (mode ${(found.mode & 0o777).toString(8).padStart(4, '0')})`, {
      hint: `look at it with osferry runs verify, then: chmod 600 ${path}`,
    })
}

function readHeader(path: string): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const { size } = fstatSync(file)
    const bytes = Buffer.alloc(header.bytes)
    const read = readSync(file, bytes, 0, header.bytes, 0)
    if (size === 0 || read < header.bytes) throw corrupt(path, `it has ${size} bytes: it was cut off`)
    return bytes
  } finally {
    closeSync(file)
  }
}

function checkHeader(path: string, bytes: Buffer): void {
  if (bytes.toString('latin1', 0, header.magic.length) !== header.magic)
    throw corrupt(path, 'it is no SQLite file, or its beginning was overwritten')
  if (bytes.readInt32BE(header.applicationIdAt) !== applicationId)
    throw corrupt(path, 'it is a SQLite file, but not one of osferry')
  const version = bytes.readInt32BE(header.userVersionAt)
  if (version > schemaVersion)
    throw new MigrationError(
      'JOURNAL_NEWER',
      `the journal ${path} has version ${version}; this osferry knows versions up to ${schemaVersion}`,
      {
        hint: 'use the osferry that wrote it, or a newer one; nothing was changed',
        details: { path, version },
      },
    )
  if (version < 1) throw corrupt(path, `its version is ${version}`)
}
