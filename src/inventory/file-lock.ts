import { open, readFile, unlink } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { MigrationError } from '../model/errors.ts'
import { outputFailure } from './atomic-file.ts'
import { isLeftBehind, temporaryName } from './temporary-name.ts'

const defaultWaitMs = 30_000
const lookEveryMs = 20

/**
 * Does something to a file while no other process does it under the same lock, `FILE.lock` beside it. It is for changes of moments:
 * others wait. The lock of a process of this machine and boot that is no more is taken away. Throws OUTPUT_FAILED when a lock
 * stays or cannot be made, and AbortError.
 */
export async function whileLocked<T>(
  path: string,
  action: () => Promise<T>,
  { signal, waitMs = defaultWaitMs }: { signal: AbortSignal; waitMs?: number },
): Promise<T> {
  const lock = `${path}.lock`
  const me = temporaryName(basename(path))
  for (let waitedMs = 0; !(await made(lock, me)); waitedMs += lookEveryMs) {
    if (waitedMs >= waitMs) throw stays(path, lock)
    await removeLeft(lock, me)
    await wait(lookEveryMs, undefined, { signal })
  }
  try {
    return await action()
  } finally {
    await removed(lock)
  }
}

/**
 * Only who has made the claim on the very lock that it has seen may take it away: another one may have done so since, and made its
 * own.
 */
async function removeLeft(lock: string, me: string): Promise<void> {
  const owner = await textOf(lock)
  if (owner === undefined || !isLeftBehind(owner)) return
  const claim = `${lock}.after-${owner.split('.').at(-2) ?? ''}`
  if (!(await made(claim, me))) return
  if ((await textOf(lock)) === owner) await removed(lock)
  await removed(claim)
}

/** False when there is one already. */
async function made(path: string, text: string): Promise<boolean> {
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined
    throw outputFailure(path, error)
  })
  if (file === undefined) return false
  try {
    await file.writeFile(text)
    return true
  } catch (error) {
    await removed(path)
    throw outputFailure(path, error)
  } finally {
    await file.close()
  }
}

async function textOf(path: string): Promise<string | undefined> {
  return await readFile(path, 'utf8').catch(() => undefined)
}

/** What cannot be removed is taken away by the next one, when this process is no more. */
async function removed(path: string): Promise<void> {
  await unlink(path).catch(() => undefined)
}

function stays(path: string, lock: string): MigrationError {
  return new MigrationError('OUTPUT_FAILED', `${path} could not be written: ${lock} stays there`, {
    hint: `is another osferry at work on it? If there is none, on no machine, remove ${lock}, then run the same command again`,
    details: { path },
  })
}
