import { constants } from 'node:fs'
import { mkdir, open, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MigrationError } from '../model/errors.ts'
import type { Log } from '../model/ports.ts'
import { formatKnownHost, namesHost, parseKnownHosts, type KnownHostLine } from './known-hosts.ts'

/** The known_hosts files of a run, each parsed once and again when it changes. */
export interface KnownHostsFiles {
  /** All lines that speak about `name`, in the order of the files. */
  linesFor(name: string, files: readonly string[]): Promise<readonly KnownHostLine[]>
  /**
   * Appends a key for a name that has none. Under a lock the file is read again first; the lines found then are given
   * back and nothing is written when the name has become known meanwhile.
   */
  add(name: string, key: Uint8Array, file: string): Promise<readonly KnownHostLine[]>
  /** True when the file hashes its names, so that a new line must be hashed too. */
  usesHashes(file: string): Promise<boolean>
}

/**
 * Makes the cache; `log` hears about bad lines once a file version. A file is looked at again at most every `recheckMs`:
 * asking the kernel for every host costs more than the lookup. Before a key is added it is always looked at.
 */
export function createKnownHostsFiles(log: Log, recheckMs = 500): KnownHostsFiles {
  const cache = new Map<string, FileIndex & { seenAt: number }>()
  async function load(file: string, look: 'now' | 'seldom' = 'seldom'): Promise<FileIndex> {
    const cached = cache.get(file)
    if (cached !== undefined && look === 'seldom' && performance.now() - cached.seenAt < recheckMs)
      return cached
    const version = await versionOf(file)
    const seenAt = performance.now()
    const same = cached?.version === version ? cached : null
    const index = same ?? (version === 'absent' ? emptyIndex : await readIndex(file, log))
    const entry = { ...index, version, seenAt }
    cache.set(file, entry)
    return entry
  }
  const queues = new Map<string, Promise<unknown>>()
  return {
    async linesFor(name, files) {
      const found: KnownHostLine[] = []
      for (const file of files) found.push(...search(await load(file), name))
      return found
    },
    async usesHashes(file) {
      return (await load(file)).hashed.length > 0
    },
    async add(name, key, file) {
      const before = queues.get(file) ?? Promise.resolve()
      const turn = before.then(() =>
        withLock(file, async () => {
          const index = await load(file, 'now')
          const already = search(index, name)
          // What is revoked names no host, unless it is this very key.
          const text = Buffer.from(key).toString('base64')
          if (already.some((line) => line.marker !== 'revoked' || line.key === text)) return already
          await append(file, (ending) => ending + formatKnownHost(name, key, index.hashed.length > 0))
          cache.delete(file)
          return []
        }),
      )
      queues.set(
        file,
        turn.catch(() => []),
      )
      return await turn
    },
  }
}

interface FileIndex {
  version: string
  /** Lines that name hosts literally, by name. */
  literal: ReadonlyMap<string, readonly KnownHostLine[]>
  patterns: readonly KnownHostLine[]
  hashed: readonly KnownHostLine[]
}

const emptyIndex: FileIndex = { version: '', literal: new Map(), patterns: [], hashed: [] }
const maxFileBytes = 32 * 1024 * 1024
const lockPatienceMs = 10_000
const staleLockMs = 30_000

async function versionOf(file: string): Promise<string> {
  try {
    const found = await stat(file, { bigint: true })
    return `${found.ino}:${found.size}:${found.mtimeNs}`
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent'
    throw cannotRead(file, error)
  }
}

async function readIndex(file: string, log: Log): Promise<FileIndex> {
  const { lines, badLines } = parseKnownHosts(await readBounded(file), file)
  for (const bad of badLines.slice(0, 20)) {
    log.warn('known_hosts line ignored', { file, line: bad.line, reason: bad.reason })
  }
  const literal = new Map<string, KnownHostLine[]>()
  const patterns: KnownHostLine[] = []
  const hashed: KnownHostLine[] = []
  for (const line of lines) {
    if (line.names.kind === 'hashed') {
      hashed.push(line)
    } else if (line.names.patterns.every(({ negated, glob }) => !negated && !/[*?]/.test(glob))) {
      for (const { glob } of line.names.patterns) {
        const known = literal.get(glob)
        if (known === undefined) literal.set(glob, [line])
        else known.push(line)
      }
    } else {
      patterns.push(line)
    }
  }
  return { version: '', literal, patterns, hashed }
}

async function readBounded(file: string): Promise<string> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw cannotRead(file, error)
  })
  try {
    const { size } = await handle.stat()
    if (size > maxFileBytes) {
      throw new MigrationError('DOCUMENT_TOO_LARGE', `${file} is larger than ${maxFileBytes} bytes`, {
        hint: 'Name a smaller known_hosts file in ssh.knownHostsFiles.',
      })
    }
    return await handle.readFile('utf8').catch((error: unknown) => {
      throw cannotRead(file, error)
    })
  } finally {
    await handle.close()
  }
}

function search(index: FileIndex, name: string): readonly KnownHostLine[] {
  const found = [...(index.literal.get(name.toLowerCase()) ?? [])]
  for (const line of index.patterns) if (namesHost(line.names, name)) found.push(line)
  for (const line of index.hashed) if (namesHost(line.names, name)) found.push(line)
  return found.sort((a, b) => a.line - b.line)
}

async function append(file: string, line: (ending: string) => string): Promise<void> {
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT
  const handle = await open(file, flags, 0o600)
  try {
    const { size } = await handle.stat()
    const last = Buffer.alloc(1)
    if (size > 0) await handle.read(last, 0, 1, size - 1)
    await handle.appendFile(line(size > 0 && last.toString() !== '\n' ? '\n' : ''))
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw cannotWrite(file, error)
  })
  const lock = `${file}.osferry-lock`
  const giveUpAt = performance.now() + lockPatienceMs
  for (;;) {
    try {
      const handle = await open(lock, 'wx', 0o600)
      await handle.close()
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotWrite(file, error)
    }
    await removeStale(lock)
    if (performance.now() > giveUpAt) {
      throw new MigrationError('OUTPUT_FAILED', `${file} is locked by another osferry (${lock})`, {
        hint: `Wait for it, or remove ${lock} when no osferry runs.`,
      })
    }
    await sleep(10 + Math.random() * 20)
  }
  try {
    return await work()
  } catch (error) {
    throw error instanceof MigrationError ? error : cannotWrite(file, error)
  } finally {
    await unlink(lock)
  }
}

/** Who cannot see what is known must not take it for unknown: with accept-new a changed key would be let in. */
function cannotRead(file: string, cause: unknown): MigrationError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause)
  return new MigrationError('HOST_KEY_UNKNOWN', `The known_hosts file ${file} cannot be read (${code})`, {
    hint: 'Make the file readable, or name other files in ssh.knownHostsFiles.',
    cause,
    details: { file },
  })
}

function cannotWrite(file: string, cause: unknown): MigrationError {
  return new MigrationError('OUTPUT_FAILED', `A host key cannot be added to ${file}: ${String(cause)}`, {
    hint: 'Make the file writable, or use hostKeys: strict with a complete known_hosts.',
    cause,
  })
}

/** A lock older than any append takes was left by a process that was killed. */
async function removeStale(lock: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(lock)
    if (Date.now() - mtimeMs > staleLockMs) await unlink(lock)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
