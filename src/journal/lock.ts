import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  futimesSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { MigrationError } from '../model/errors.ts'
import { failed } from './failure.ts'
import { Owner, ownerState, type OwnerState } from './owner.ts'

/** A lock that was taken from somebody who is no more, and how that was found out. */
export interface TakenOver {
  from: Owner
  why: Exclude<OwnerState, 'working' | 'stopped' | 'elsewhere'> | 'silent'
}

export interface JournalLock {
  readonly takenOver: TakenOver | undefined
  /** False when somebody else has taken it, or has removed its file. */
  isHeld(): boolean
  release(): void
}

export interface LockOptions {
  signal: AbortSignal
  /** Called when an owner elsewhere is looked at, whose process cannot be. */
  onSilent?(owner: Owner): void
  beatMs?: number
  /** How long an owner elsewhere must be seen to be silent, by our own clock. */
  silentMs?: number
}

const defaultBeatMs = 5000
const defaultSilentMs = 90_000

/** Where the lock of a journal lies: beside it, so that the journal itself is opened by its owner only. */
export function lockPath(journalPath: string): string {
  return `${journalPath}.lock`
}

/**
 * Takes the lock of a journal, also from an owner that is no more; throws JOURNAL_LOCKED with who, where and since when while
 * there is one. The lock is a file that appears whole (link) and is replaced whole (rename), and only who has made the claim
 * on the very lock that it has seen may replace it.
 */
export async function takeLock(journalPath: string, me: Owner, options: LockOptions): Promise<JournalLock> {
  const path = lockPath(journalPath)
  const mine = `${path}.${me.token}`
  const file = openSync(mine, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600)
  try {
    writeSync(file, `${JSON.stringify(me)}\n`)
    fsyncSync(file)
    let takenOver: TakenOver | undefined
    while (!linked(mine, path)) {
      takenOver = await takeOver(journalPath, { mine, me }, options)
      if (takenOver !== undefined) break
    }
    if (takenOver === undefined) unlinkSync(mine)
    return heldLock({ file, path, takenOver }, options.beatMs ?? defaultBeatMs)
  } catch (error) {
    closeSync(file)
    removeIfThere(mine)
    throw error
  }
}

/** The owner of a journal, undefined when nobody has it. Throws JOURNAL_FAILED for a lock that cannot be read. */
export function readOwner(journalPath: string): Owner | undefined {
  return readOwnerFile(journalPath, lockPath(journalPath))?.owner
}

/** Undefined when the lock has changed meanwhile: then it is tried again from the beginning. */
async function takeOver(
  journalPath: string,
  { mine, me }: { mine: string; me: Owner },
  options: LockOptions,
): Promise<TakenOver | undefined> {
  const path = lockPath(journalPath)
  const first = readOwnerFile(journalPath, path)?.owner
  if (first === undefined) return undefined
  const claims: string[] = []
  const toRemove = (): void => claims.forEach(removeIfThere)
  // Whoever was about to take it over may have ended too: then its own claim is taken over.
  for (let owner = first, place = path; ;) {
    const why = await whyStale(journalPath, { owner, place, me }, options)
    if (why === undefined) return undefined
    const claim = `${path}.after-${owner.token}`
    claims.push(claim)
    if (linked(mine, claim)) {
      if (readOwnerFile(journalPath, path)?.owner.token === first.token) {
        renameSync(mine, path)
        toRemove()
        return { from: first, why }
      }
      removeIfThere(claim)
      return undefined
    }
    const claimant = readOwnerFile(journalPath, claim)?.owner
    if (claimant === undefined) return undefined
    owner = claimant
    place = claim
  }
}

/** Undefined when the place has changed meanwhile; throws JOURNAL_LOCKED when its owner is at work. */
async function whyStale(
  journalPath: string,
  { owner, place, me }: { owner: Owner; place: string; me: Owner },
  options: LockOptions,
): Promise<TakenOver['why'] | undefined> {
  const state = ownerState(owner, me)
  if (state === 'working' || state === 'stopped') throw locked(journalPath, owner, state)
  if (state !== 'elsewhere') return state
  options.onSilent?.(owner)
  const { silentMs = defaultSilentMs, beatMs = defaultBeatMs, signal } = options
  const before = readOwnerFile(journalPath, place)
  // Only our own clock is asked, and only for lengths: theirs may be wrong, and both may be set meanwhile.
  for (let waitedMs = 0, from = performance.now(); waitedMs < silentMs; waitedMs = performance.now() - from) {
    await wait(Math.min(beatMs / 2, silentMs), undefined, { signal })
    const now = readOwnerFile(journalPath, place)
    if (now?.owner.token !== owner.token) return undefined
    if (now.beat !== before?.beat) throw locked(journalPath, owner, 'working')
  }
  return 'silent'
}

const waitHint =
  'wait until it has ended, or stop it there; osferry runs list and osferry runs watch RUN show what it does. The lock of a process that was killed is taken over without asking'
const stoppedHint = (pid: number): string =>
  `its process is stopped and may go on at any time: kill -CONT ${pid} lets it, kill -KILL ${pid} ends it, and its lock is taken over then`

function locked(journalPath: string, owner: Owner, state: 'working' | 'stopped'): MigrationError {
  const { actor, host, pid, since } = owner
  return new MigrationError(
    'JOURNAL_LOCKED',
    `another osferry works on the journal ${journalPath}: ${actor}, process ${pid} on ${host}, since ${since}`,
    {
      hint: state === 'stopped' ? stoppedHint(pid) : waitHint,
      details: { path: journalPath, pid, host, since, actor },
    },
  )
}

function heldLock(
  { file, path, takenOver }: { file: number; path: string; takenOver: TakenOver | undefined },
  beatMs: number,
): JournalLock {
  // The open file keeps its inode from being used again.
  const { ino, dev } = fstatSync(file, { bigint: true })
  let isOpen = true
  const isHeld = (): boolean => {
    if (!isOpen) return false
    const found = lstatSync(path, { bigint: true, throwIfNoEntry: false })
    return found?.ino === ino && found.dev === dev
  }
  const heart = setInterval(() => {
    const now = new Date()
    try {
      futimesSync(file, now, now)
    } catch {
      // Whoever writes next is told that the disk fails; without a beat nobody here is in danger.
    }
  }, beatMs).unref()
  return {
    takenOver,
    isHeld,
    release(): void {
      clearInterval(heart)
      if (isHeld()) unlinkSync(path)
      if (isOpen) closeSync(file)
      isOpen = false
    },
  }
}

function readOwnerFile(journalPath: string, path: string): { owner: Owner; beat: bigint } | undefined {
  let file: number
  try {
    // Opened anew each time: that is when a network file system asks its server.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const { mtimeNs, size } = fstatSync(file, { bigint: true })
    if (size > 10_000n) throw new SyntaxError('it is too large for a lock')
    return { owner: Owner.parse(JSON.parse(readFileSync(file, 'utf8'))), beat: mtimeNs }
  } catch (cause) {
    throw failed(journalPath, `its lock ${path} cannot be read`, {
      hint: `when no osferry is at work on it, on any machine, remove ${path}`,
      cause,
    })
  } finally {
    closeSync(file)
  }
}

/** False when something of that name is there. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
