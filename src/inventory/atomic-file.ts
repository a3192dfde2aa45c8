import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, mkdir, open, rename, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { MigrationError } from '../model/errors.ts'

/** A file that appears under its name only when `commit` has returned; `abandon` leaves nothing behind. */
export interface AtomicFileWriter {
  write(data: string | Uint8Array): Promise<void>
  commit(): Promise<void>
  abandon(): Promise<void>
}

/** Writes a file so that readers see the old content or the whole new one, on disk, mode 0600. Throws OUTPUT_FAILED. */
export async function writeFileAtomically(path: string, data: string | Uint8Array): Promise<void> {
  const writer = await createAtomicFile(path)
  try {
    await writer.write(data)
  } catch (error) {
    await writer.abandon()
    throw error
  }
  await writer.commit()
}

/** The streaming form of `writeFileAtomically`: writes are gathered into blocks of 256 KiB. */
export async function createAtomicFile(path: string): Promise<AtomicFileWriter> {
  const temporary = join(
    dirname(path),
    `.${basename(path).slice(0, 200)}.${randomBytes(6).toString('hex')}.tmp`,
  )
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  const file = await attempt(path, () => open(temporary, flags, 0o600))
  let pending: Uint8Array[] = []
  let pendingBytes = 0
  const flush = async (): Promise<void> => {
    if (pendingBytes === 0) return
    const block = Buffer.concat(pending)
    pending = []
    pendingBytes = 0
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

/**
 * Makes a directory for state (mode 0700) with its parents. Refuses one that is a symbolic link, not a directory, or
 * somebody else's: what is written there must not be readable or replaceable by others. Throws OUTPUT_FAILED.
 */
export async function ensureStateDirectory(path: string): Promise<void> {
  await attempt(path, () => mkdir(path, { recursive: true, mode: 0o700 }))
  const found = await attempt(path, () => lstat(path))
  const problem = directoryProblem(found)
  if (problem === undefined) return
  throw new MigrationError('OUTPUT_FAILED', `${path} ${problem}`, {
    hint: 'choose another directory, or remove this one',
    details: { path },
  })
}

function directoryProblem(found: Awaited<ReturnType<typeof lstat>>): string | undefined {
  if (found.isSymbolicLink()) return 'is a symbolic link, expected a directory of your own'
  if (!found.isDirectory()) return 'is not a directory'
  const me = process.geteuid?.()
  if (me !== undefined && found.uid !== me) return `belongs to another user (uid ${String(found.uid)})`
  return undefined
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'a part of its path is not a directory',
  EISDIR: 'it is a directory',
  ENAMETOOLONG: 'the name is too long',
}

async function attempt<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code ?? ''
    const reason = reasons[errno] ?? (error as Error).message
    throw new MigrationError('OUTPUT_FAILED', `${path} could not be written: ${reason}`, {
      hint: 'free space or choose a directory that you may write to',
      details: { path, ...(errno === '' ? {} : { errno }) },
      cause: error,
    })
  }
}

/** The rename is durable only when the directory is; file systems that cannot sync directories are left alone. */
async function syncDirectory(path: string): Promise<void> {
  let directory: FileHandle | undefined
  try {
    directory = await open(path, constants.O_RDONLY)
    await directory.sync()
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code ?? ''
    if (!['EINVAL', 'ENOTSUP', 'EACCES', 'EISDIR', 'EPERM', 'ENOENT'].includes(errno)) throw error
  } finally {
    await directory?.close()
  }
}

function ignore(): void {
  // The first error is the one that is reported.
}
