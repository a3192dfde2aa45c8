import { createHash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { link, lstat, open, readdir, rename, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { checkedKey } from '../model/artifact-key.ts'
import type { ArtifactStore } from '../model/artifact-port.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import { blocksOf } from './artifact-blocks.ts'
import {
  attempt,
  errnoOf,
  isStoreThere,
  makeDirectories,
  missing,
  refuseDetour,
  removeEmptyDirectories,
  storeFailure,
  syncDirectory,
  type DirectoryPlace,
} from './directory-access.ts'
import { listDirectory } from './directory-list.ts'

/**
 * Artifacts as files of a directory, which is made at the first write. An object is written under a hidden name and gets its
 * own when all of it is on the disk: what has a name of an object is whole. Files of others in there are left alone.
 */
export function createDirectoryStore(path: string): ArtifactStore {
  const root = resolve(path)
  const place: DirectoryPlace = { root, name: `directory ${root}` }
  const { name } = place
  return {
    name,
    write: (key, chunks, { signal }) =>
      Promise.try(() => write(place, checkedKey(key, name), { chunks, signal })),
    read: (key, { signal }) => Promise.try(() => read(place, checkedKey(key, name), signal)),
    list: (prefix, { signal }) => listDirectory(place, prefix, signal),
    remove: (key, { signal }) => Promise.try(() => remove(place, checkedKey(key, name), signal)),
  }
}

const blockBytes = 1024 * 1024

interface Writing {
  chunks: AsyncIterable<Uint8Array>
  signal: AbortSignal
}

async function write(
  place: DirectoryPlace,
  key: string,
  writing: Writing,
): Promise<{ sha256: string; bytes: number }> {
  writing.signal.throwIfAborted()
  const what = `keep ${key}`
  const path = join(place.root, key)
  if (
    (await isStoreThere(place)) &&
    (await attempt(place, what, () => lstat(path).catch(missing))) !== undefined
  )
    throw exists(place, key)
  const temporary = join(dirname(path), `${beginning(key)}${randomBytes(6).toString('hex')}${ending}`)
  try {
    const file = await openTemporary(place, { key, temporary })
    const stored = await pour(file, writing, (action) => attempt(place, what, action)).catch(
      async (error: unknown) => {
        await file.close().catch(ignore)
        throw error
      },
    )
    await attempt(place, what, () => file.close())
    writing.signal.throwIfAborted()
    await attempt(place, what, () => giveName(place, { key, temporary }))
    return stored
  } catch (error) {
    await unlink(temporary).catch(ignore)
    await removeEmptyDirectories(place, key)
    throw error
  }
}

/** A removal beside us may take away the directory that we have just made: then it is made again. */
async function openTemporary(
  place: DirectoryPlace,
  { key, temporary }: { key: string; temporary: string },
): Promise<FileHandle> {
  const what = `keep ${key}`
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  for (let attempts = 1; ; attempts += 1) {
    try {
      await makeDirectories(place, key)
      await refuseDetour(place, key)
      await removeBegun(place, key)
      return await open(temporary, flags, 0o600)
    } catch (error) {
      if (isMigrationError(error)) throw error
      if (errnoOf(error) !== 'ENOENT' || attempts === 3) throw storeFailure(place, what, error)
    }
  }
}

/** Writes all that the stream gives. Only what the disk says is wrapped: errors of the stream are somebody else's. */
async function pour(
  file: FileHandle,
  { chunks, signal }: Writing,
  onDisk: (action: () => Promise<void>) => Promise<void>,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const block of blocksOf(chunks, { blockBytes, signal })) {
    hash.update(block)
    bytes += block.length
    await onDisk(() => file.writeFile(block))
  }
  await onDisk(() => file.sync())
  return { sha256: hash.digest('hex'), bytes }
}

/** `link` never replaces what is there, whoever else writes the same object; `rename` would. */
async function giveName(
  place: DirectoryPlace,
  { key, temporary }: { key: string; temporary: string },
): Promise<void> {
  const path = join(place.root, key)
  try {
    await link(temporary, path)
    await unlink(temporary)
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'EEXIST') throw exists(place, key)
    if (!withoutLinks.includes(errno)) throw error
    if ((await lstat(path).catch(missing)) !== undefined) throw exists(place, key)
    await rename(temporary, path)
  }
  await syncDirectory(dirname(path))
}

/** What file systems without hard links answer (FAT, some network shares). */
const withoutLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']

async function read(
  place: DirectoryPlace,
  key: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  signal.throwIfAborted()
  if (!(await isStoreThere(place))) return undefined
  const what = `give ${key}`
  const path = join(place.root, key)
  const found = await attempt(place, what, async () => {
    await refuseDetour(place, key)
    return await lstat(path).catch(missing)
  })
  if (found === undefined || found.isDirectory()) return undefined
  if (!found.isFile())
    throw new MigrationError('ARTIFACT_STORE_UNSAFE', `${place.name}: ${key} is not a regular file`, {
      hint: `osferry has not put it there: look at it with ls -l ${path}`,
      details: { store: place.name, key },
    })
  return bytesOf(place, key, signal)
}

/** Opened only when somebody reads: nobody has to close what he does not want. */
async function* bytesOf(place: DirectoryPlace, key: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const what = `give ${key}`
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await attempt(place, what, () => open(join(place.root, key), flags))
  try {
    for (;;) {
      signal.throwIfAborted()
      const block = Buffer.allocUnsafeSlow(blockBytes)
      const { bytesRead } = await attempt(place, what, () => file.read(block, 0, blockBytes))
      if (bytesRead === 0) return
      yield block.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

async function remove(place: DirectoryPlace, key: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (!(await isStoreThere(place))) return
  const path = join(place.root, key)
  await attempt(place, `remove ${key}`, async () => {
    await refuseDetour(place, key)
    await removeBegun(place, key)
    await unlink(path).catch(missing)
    await removeEmptyDirectories(place, key)
    const left = await lstat(dirname(path)).catch(missing)
    if (left !== undefined) await syncDirectory(dirname(path))
  })
}

const ending = '.part'

/** How the hidden names of an object that is being written begin. */
function beginning(key: string): string {
  return `.${basename(key)}.`
}

/** Takes away what an earlier write of this object has left when it was killed. */
async function removeBegun({ root }: DirectoryPlace, key: string): Promise<void> {
  const directory = join(root, dirname(key))
  const names = (await readdir(directory).catch(missing)) ?? []
  const begun = new RegExp(`^[0-9a-f]{12}\\${ending}$`)
  for (const name of names) {
    const isBegun = name.startsWith(beginning(key)) && begun.test(name.slice(beginning(key).length))
    if (isBegun) await unlink(join(directory, name)).catch(missing)
  }
}

function exists(place: DirectoryPlace, key: string): MigrationError {
  return new MigrationError('ARTIFACT_EXISTS', `${place.name} has ${key} already; it is never written over`, {
    hint: 'parked data is kept until somebody removes it: choose another store with --store, or move the old one away',
    details: { store: place.name, key },
  })
}

function ignore(): void {
  // The first error is the one that is reported.
}
