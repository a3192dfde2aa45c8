import { constants } from 'node:fs'
import { lstat, mkdir, open, realpath, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errnoTexts } from '../model/errno-texts.ts'
import { MigrationError, type ErrorCode } from '../model/errors.ts'

/** Where a directory store is, and what people call it. */
export interface DirectoryPlace {
  root: string
  name: string
}

const reasons: Readonly<Record<string, string>> = {
  ...errnoTexts,
  EFBIG: 'the file would be larger than the file system or a limit of this process allows',
  ELOOP: 'it is a symbolic link',
  EIO: 'the disk reports an input/output error',
  ENOENT:
    'nothing can be made there, or it was taken away meanwhile (does somebody else write or remove it at the same time?)',
  ESTALE: 'the file system is no longer mounted',
}
const full = ['ENOSPC', 'EDQUOT', 'EFBIG']
const denied = ['EACCES', 'EPERM', 'EROFS']
/** What network shares answer while their server is away. */
const away = ['ESTALE', 'ETIMEDOUT', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENOTCONN']

/** Runs one action on the file system; `what` is what it was for: `keep RUN/NODE/VOLUME/data.tar`. Throws ARTIFACT_STORE_*. */
export async function attempt<T>(place: DirectoryPlace, what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw error instanceof MigrationError ? error : storeFailure(place, what, error)
  }
}

/** The MigrationError of an action on the file system that failed. */
export function storeFailure(place: DirectoryPlace, what: string, error: unknown): MigrationError {
  const errno = errnoOf(error)
  const code = codeOf(errno)
  const reason = reasons[errno] ?? (error as Error).message
  return new MigrationError(code, `${place.name} could not ${what}: ${reason}`, {
    hint: full.includes(errno)
      ? `nothing of it was kept: free space there (df -h ${place.root}) or choose another store with --store, then run the same command again`
      : `look at the directory and its file system: ls -ld ${place.root}; --store chooses another store`,
    details: { store: place.name, ...(errno === '' ? {} : { errno }) },
    cause: error,
  })
}

function codeOf(errno: string): ErrorCode {
  if (denied.includes(errno)) return 'ARTIFACT_STORE_DENIED'
  return away.includes(errno) ? 'ARTIFACT_STORE_UNREACHABLE' : 'ARTIFACT_STORE_FAILED'
}

/** The code of an error of the file system, empty when it is another one. */
export function errnoOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? ''
}

/** True when the directory of the store is there; refuses one that others could change. */
export async function isStoreThere(place: DirectoryPlace): Promise<boolean> {
  const { root } = place
  return await attempt(place, 'be opened', async () => {
    const found = await lstat(root).catch(missing)
    if (found === undefined) return false
    if (found.isSymbolicLink() && !isTrusted(found.uid))
      throw unsafe(place, `is a symbolic link of another user (uid ${found.uid})`)
    const target = found.isSymbolicLink() ? await stat(root) : found
    if (!target.isDirectory()) throw unsafe(place, 'is not a directory')
    if (!isTrusted(target.uid)) throw unsafe(place, `belongs to another user (uid ${target.uid})`)
    if ((target.mode & 0o022) !== 0)
      throw unsafe(place, `may be written by others (mode 0${(target.mode & 0o7777).toString(8)})`)
    return true
  })
}

/** Makes the directory of the store and those of one key, each for its owner alone and durable. Also throws as node:fs does. */
export async function makeDirectories(place: DirectoryPlace, key: string): Promise<void> {
  if (!(await isStoreThere(place))) {
    await attempt(place, 'be made', () => makeDirectory(place.root))
    await isStoreThere(place)
  }
  for (const path of directoriesOf(key)) await makeOne(join(place.root, path))
}

/** One by one: below /proc and the like, `recursive` of Node.js 24 tries for ever. */
async function makeDirectory(path: string): Promise<void> {
  const found = await lstat(path).catch(missing)
  if (found !== undefined) return
  if (dirname(path) !== path) await makeDirectory(dirname(path))
  await makeOne(path)
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
    if (!(await lstat(path)).isDirectory())
      throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' })
    return
  }
  await syncDirectory(dirname(path))
}

/** Takes away the directories of a key that hold nothing any more. */
export async function removeEmptyDirectories({ root }: DirectoryPlace, key: string): Promise<void> {
  for (const path of directoriesOf(key).toReversed()) {
    try {
      await rmdir(join(root, path))
    } catch {
      // Something else is in it: it stays, and so do those above.
      return
    }
  }
}

/** Refuses a key whose directories are links to somewhere else; somebody has put them into the store. */
export async function refuseDetour(place: DirectoryPlace, key: string): Promise<void> {
  const wanted = join(await realpath(place.root), dirname(key))
  const found = await realpath(join(place.root, dirname(key))).catch(missing)
  if (found !== undefined && found !== wanted)
    throw unsafe(place, `holds a symbolic link on the way to ${key}`)
}

/** A rename is durable only when the directory is; file systems that cannot sync directories are left alone. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await directory.sync()
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM'].includes(errnoOf(error))) throw error
  } finally {
    await directory.close()
  }
}

/** For `catch`: undefined when there is nothing of that name. */
export function missing(error: unknown): undefined {
  if (!['ENOENT', 'ENOTDIR'].includes(errnoOf(error))) throw error
}

/** `a`, `a/b` for the key `a/b/c`. */
function directoriesOf(key: string): string[] {
  const parts = key.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** Whoever is root can change everything anyway. */
function isTrusted(uid: number): boolean {
  return uid === 0 || uid === process.geteuid?.()
}

function unsafe(place: DirectoryPlace, problem: string): MigrationError {
  return new MigrationError('ARTIFACT_STORE_UNSAFE', `${place.name} ${problem}`, {
    hint: `parked data must be safe from others: chmod go-w ${place.root} and chown it to yourself, or choose another directory`,
    details: { store: place.name },
  })
}
