import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  unlinkSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { atJournal, cannotOpen, corrupt, failed } from './failure.ts'
import type { JournalFile } from './records.ts'
import { createTables, hasOwnTables } from './schema.ts'

/** How long SQLite waits for another program that has the file open, before it gives up. */
const busyMs = 5000

/** A record changes three pages: small ones are less to write and to sum up. Holds two or three records. */
const pageBytes = 2048
/** Pages in the log before they are copied into the file: 0.8 MB, which the reserve has room for when the disk is full. */
const checkpointPages = 400
/** What a file from outside may not do. Source: https://www.sqlite.org/security.html */
const careful = 'PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON'

/** Opens a journal for writing. Every commit is on disk before it returns (synchronous=FULL). */
export function openForWriting(path: string, timeoutMs = busyMs): JournalFile {
  return atJournal(path, () => {
    const database = new DatabaseSync(path, { timeout: timeoutMs })
    try {
      const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode']
      if (mode !== 'wal')
        throw failed(path, `its file system cannot hold a write-ahead log (${String(mode)})`, {
          hint: 'choose a directory on a local file system with --state',
        })
      database.exec(`PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${checkpointPages}; ${careful}`)
      checkTables({ path, database })
      return { path, database }
    } catch (error) {
      database.close()
      throw error
    }
  })
}

/**
 * Opens a journal for reading, beside whoever writes it, or a copy of one in a place where nothing can be written. Never
 * changes the file.
 */
export function openForReading(path: string, timeoutMs = busyMs): JournalFile {
  return atJournal(path, () => {
    const database = openReadable(path, timeoutMs)
    try {
      database.exec(careful)
      checkTables({ path, database })
      return { path, database }
    } catch (error) {
      database.close()
      throw error
    }
  })
}

/** Makes a journal that has no records; it appears whole or not at all. */
export function createJournal(path: string, unique: string): void {
  atJournal(path, () => {
    const made = `${path}.${unique}.new`
    closeSync(openSync(made, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600))
    try {
      const database = new DatabaseSync(made)
      try {
        database.exec(`PRAGMA page_size = ${pageBytes}`)
        createTables(database)
        database.exec('PRAGMA journal_mode = WAL')
      } finally {
        database.close()
      }
      linkSync(made, path)
    } finally {
      unlinkSync(made)
    }
    const directory = openSync(dirname(path), constants.O_RDONLY)
    fsyncSync(directory)
    closeSync(directory)
  })
}

/** Makes the directory of a journal when it is not there, for nobody else's eyes. */
export function makeJournalDirectory(path: string): void {
  atJournal(path, () => makeDirectories(dirname(path)))
}

/** One by one: `recursive` of Node.js tells of a read-only file system as of a directory that is not there. */
function makeDirectories(path: string): void {
  if (existsSync(path)) return
  makeDirectories(dirname(path))
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** SQLite's own examination; throws JOURNAL_CORRUPT with the first thing that it finds. */
export function checkPages({ path, database }: JournalFile, how: 'quick_check' | 'integrity_check'): void {
  atJournal(path, () => {
    const answer = Object.values(database.prepare(`PRAGMA ${how}(1)`).get() ?? {})[0]
    if (answer !== 'ok') throw corrupt(path, `SQLite says: ${String(answer)}`)
  })
}

function checkTables(file: JournalFile): void {
  if (!hasOwnTables(file.database)) throw corrupt(file.path, 'its tables are not those of a journal')
}

/**
 * A log beside it means that somebody writes, or was killed while writing: then it belongs to what is read. Without one
 * nothing else is needed, and nothing is made beside the file.
 */
function openReadable(path: string, timeout: number): DatabaseSync {
  const options = { readOnly: true, timeout }
  if (lstatSync(`${path}-wal`, { throwIfNoEntry: false }) === undefined) {
    const url = pathToFileURL(path)
    url.searchParams.set('immutable', '1')
    return new DatabaseSync(url, options)
  }
  const database = new DatabaseSync(path, options)
  try {
    database.prepare('SELECT seq FROM head').get()
    return database
  } catch (error) {
    database.close()
    if (!cannotOpen(error)) throw error
    throw failed(path, `its log ${path}-wal cannot be read here: its directory is read-only`, {
      hint: 'copy both files to a directory that you may write to, and look at the copy: osferry runs verify FILE',
      cause: error,
    })
  }
}
