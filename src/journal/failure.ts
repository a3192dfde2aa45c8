import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { errnoTexts } from '../model/errno-texts.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'

/** Source: https://www.sqlite.org/rescode.html */
const primary = {
  busy: 5,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notDatabase: 26,
} as const

const reasons: Readonly<Record<string, string>> = {
  ...errnoTexts,
  ENOENT: 'its directory does not exist',
  EISDIR: 'it is a directory',
  ELOOP: 'it is a symbolic link',
}

const spaceHint =
  'free space on its file system, then run the same command again; nothing that was written is lost'

/** What went wrong at a journal, as an error that says which file, what, and what to do. A bug stays what it is. */
export function journalError(path: string, error: unknown): unknown {
  if (isMigrationError(error) || !(error instanceof Error)) return error
  const code = sqliteCode(error)
  if (code === undefined) return fileError(path, error)
  if (isFull(path, error))
    return failed(path, 'no space left on the device', { hint: spaceHint, cause: error })
  switch (code & 0xff) {
    case primary.corrupt:
    case primary.notDatabase:
      return corrupt(path, error.message, error)
    case primary.busy:
      return failed(path, 'another program holds it', {
        hint: 'close what else has it open (a sqlite3 shell, a backup), then run the same command again',
        cause: error,
      })
    case primary.readOnly:
      return failed(path, 'it, or its file system, is read-only', {
        hint: 'choose a directory that you may write to (--state), or mount it writable',
        cause: error,
      })
    case primary.io:
    case primary.cannotOpen:
      return failed(path, `${error.message} (SQLite ${code})`, {
        hint: 'look at the disk and at the rights of its directory; dmesg tells of failing disks',
        cause: error,
      })
    default:
      return error
  }
}

/** Runs something at a journal and throws its failures as JOURNAL_* errors. */
export function atJournal<T>(path: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw journalError(path, error)
  }
}

/** JOURNAL_FAILED: it cannot be written or read just now, and whoever acts must not act. */
export function failed(
  path: string,
  what: string,
  { hint, cause }: { hint: string; cause?: unknown },
): MigrationError {
  return new MigrationError('JOURNAL_FAILED', `the journal ${path} cannot be used: ${what}`, {
    hint,
    details: { path },
    ...(cause === undefined ? {} : { cause }),
  })
}

/** JOURNAL_CORRUPT: it is not as osferry has written it. */
export function corrupt(path: string, what: string, cause?: unknown): MigrationError {
  return new MigrationError('JOURNAL_CORRUPT', `the journal ${path} is not as it was written: ${what}`, {
    hint: 'nothing was changed and nothing was repaired; keep the file, put a backup in its place, or move it and what lies beside it under its name away to begin a new one; osferry runs verify FILE examines any copy',
    details: { path },
    ...(cause === undefined ? {} : { cause }),
  })
}

/** True for every way in which SQLite says that there is no space: the shared index fails with an I/O error. */
export function isFull(path: string, error: unknown): boolean {
  const code = sqliteCode(error)
  if (code === undefined) return ['ENOSPC', 'EDQUOT'].includes(errnoOf(error))
  if ((code & 0xff) === primary.full) return true
  return (code & 0xff) === primary.io && freeBlocks(path) < 16
}

/** True when another try may go well: nothing is wrong with the file. */
export function isPassing(path: string, error: unknown): boolean {
  return (sqliteCode(error) ?? 0) % 256 === primary.busy || isFull(path, error)
}

/** True when SQLite could not make what it needs beside the file. */
export function cannotOpen(error: unknown): boolean {
  return (sqliteCode(error) ?? 0) % 256 === primary.cannotOpen
}

function sqliteCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown }).errcode
  return typeof code === 'number' ? code : undefined
}

function errnoOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : ''
}

function freeBlocks(path: string): number {
  try {
    return statfsSync(dirname(path)).bavail
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

function fileError(path: string, error: Error): unknown {
  const errno = errnoOf(error)
  if (!/^E[A-Z0-9]+$/.test(errno) || (error as NodeJS.ErrnoException).syscall === undefined) return error
  const what = reasons[errno] ?? error.message
  const hint = isFull(path, error)
    ? spaceHint
    : 'look at the rights and the owner of the directory, or choose another one with --state'
  return failed(path, what, { hint, cause: error })
}
