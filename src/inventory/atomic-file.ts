import {
  closeSync,
  constants,
  existsSync,
  fsync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  type Stats,
} from 'node:fs'
import { open, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { errnoTexts } from '../model/errno-texts.ts'
import { MigrationError } from '../model/errors.ts'
import { temporaryName } from './temporary-name.ts'

/** A file that appears under its name only when `commit` has returned; `abandon` leaves nothing behind. */
export interface AtomicFileWriter {
  write(data: string | Uint8Array): Promise<void>
  /** Bytes written so far. */
  position(): number
  /** Forgets what was written behind a position; writing goes on there. */
  rewind(position: number): Promise<void>
  commit(): Promise<void>
  abandon(): Promise<void>
}

/**
 * Writes a file so that readers see the old content or the whole new one, on disk, mode 0600. Rejects with OUTPUT_FAILED.
 * The data is written before this returns, and not held while the disk works: a fleet's answers would pile up.
 */
export function writeFileAtomically(path: string, data: string | Uint8Array): Promise<void> {
  return Promise.try(writeAndCommit, path, data)
}

function writeAndCommit(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = temporaryPath(path)
  const file = attemptNow(path, () => openSync(temporary, newFileFlags, 0o600))
  try {
    attemptNow(path, () => writeFileSync(file, data))
  } catch (error) {
    closeSync(file)
    unlinkIfThere(temporary)
    throw error
  }
  return commitFile(path, temporary, file)
}

async function commitFile(path: string, temporary: string, file: number): Promise<void> {
  try {
    await attempt(path, () => sync(file)).finally(() => closeSync(file))
    attemptNow(path, () => renameSync(temporary, path))
  } catch (error) {
    unlinkIfThere(temporary)
    throw error
  }
  await syncDirectory(dirname(path))
}

const sync = promisify(fsync)
const newFileFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

function temporaryPath(path: string): string {
  return join(dirname(path), temporaryName(basename(path)))
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // The first error is the one that is reported.
  }
}

/**
 * The streaming form of `writeFileAtomically`: writes are gathered into blocks of 256 KiB. It appends, so that after
 * `rewind` writing goes on at the end that is left.
 */
export async function createAtomicFile(path: string): Promise<AtomicFileWriter> {
  const temporary = temporaryPath(path)
  const file = await attempt(path, () => open(temporary, newFileFlags | constants.O_APPEND, 0o600))
  let pending: Uint8Array[] = []
  let pendingBytes = 0
  let flushedBytes = 0
  const flush = async (): Promise<void> => {
    if (pendingBytes === 0) return
    const block = Buffer.concat(pending)
    pending = []
    pendingBytes = 0
    flushedBytes += block.length
    await attempt(path, () => file.writeFile(block))
  }
  const abandon = async (): Promise<void> => {
    await file.close().catch(ignore)
    await unlink(temporary).catch(ignore)
  }
  return {
    abandon,
    async write(data) {
      const bytes = typeof data === 'string' ? Buffer.from(data) : data
      pending.push(bytes)
      pendingBytes += bytes.length
      if (pendingBytes >= 256 * 1024) await flush()
    },
    position: () => flushedBytes + pendingBytes,
    async rewind(position) {
      await flush()
      flushedBytes = position
      await attempt(path, () => file.truncate(position))
    },
    async commit() {
      try {
        await flush()
        await attempt(path, () => file.sync())
        await file.close()
        await attempt(path, () => rename(temporary, path))
      } catch (error) {
        await abandon()
        throw error
      }
      await syncDirectory(dirname(path))
    },
  }
}

/** Makes a directory with its parents, when it is not there. Throws OUTPUT_FAILED. */
export function ensureDirectory(path: string, mode = 0o777): void {
  attemptNow(path, () => makeDirectories(resolve(path), mode))
}

/** One by one: below /proc and the like, `recursive` of Node.js 24 tries for ever. */
function makeDirectories(path: string, mode: number): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' })
    return
  }
  if (dirname(path) !== path) makeDirectories(dirname(path), mode)
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    // Somebody else was faster, or it is a link that leads nowhere: the latter is told by what follows.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/**
 * Makes a directory for state (mode 0700) with its parents. Refuses one that is a symbolic link, not a directory, or
 * somebody else's: what is written there must not be readable or replaceable by others. Throws OUTPUT_FAILED.
 */
export function ensureStateDirectory(path: string): void {
  ensureDirectory(path, 0o700)
  const found = attemptNow(path, () => lstatSync(path))
  const problem = directoryProblem(found)
  if (problem === undefined) return
  throw new MigrationError('OUTPUT_FAILED', `${path} ${problem}`, {
    hint: 'choose another directory, or remove this one',
    details: { path },
  })
}

function directoryProblem(found: Stats): string | undefined {
  if (found.isSymbolicLink()) return 'is a symbolic link, expected a directory of your own'
  if (!found.isDirectory()) return 'is not a directory'
  const me = process.geteuid?.()
  if (me !== undefined && found.uid !== me) return `belongs to another user (uid ${String(found.uid)})`
  return undefined
}

const reasons: Readonly<Record<string, string>> = {
  ...errnoTexts,
  EEXIST: 'something that is not a directory is there',
  EISDIR: 'it is a directory',
  ENAMETOOLONG: 'the name is too long',
}

async function attempt<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw outputFailure(path, error)
  }
}

function attemptNow<T>(path: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw outputFailure(path, error)
  }
}

/** OUTPUT_FAILED with what the system says. */
export function outputFailure(path: string, error: unknown): MigrationError {
  const errno = (error as NodeJS.ErrnoException).code ?? ''
  const reason = errno === 'ENOENT' ? absence(path) : (reasons[errno] ?? (error as Error).message)
  return new MigrationError('OUTPUT_FAILED', `${path} could not be written: ${reason}`, {
    hint: 'free space or choose a directory that you may write to',
    details: { path, ...(errno === '' ? {} : { errno }) },
    cause: error,
  })
}

/** Kernel file systems (/proc, /sys) answer ENOENT where nothing can be created, though the directory is there. */
function absence(path: string): string {
  return existsSync(dirname(path))
    ? `no file can be made in ${dirname(path)}`
    : 'its directory does not exist'
}

/** The rename is durable only when the directory is; file systems that cannot sync directories are left alone. */
async function syncDirectory(path: string): Promise<void> {
  let directory: number | undefined
  try {
    directory = openSync(path, constants.O_RDONLY)
    await sync(directory)
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code ?? ''
    if (!['EINVAL', 'ENOTSUP', 'EACCES', 'EISDIR', 'EPERM', 'ENOENT'].includes(errno)) throw error
  } finally {
    if (directory !== undefined) closeSync(directory)
  }
}

function ignore(): void {
  // The first error is the one that is reported.
}
