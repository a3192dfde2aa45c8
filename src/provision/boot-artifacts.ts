import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { MigrationError } from '../model/errors.ts'
import type { ChecksumMemory } from './checksum-memory.ts'

/** A file that may be served when its bytes are those that were meant. */
export interface WantedArtifact {
  /** In the address: see `isArtifactName`. */
  name: string
  path: string
  /** Hex. */
  sha256: string
}

/** A file whose bytes are those that were meant. It stays open: what comes to lie under its path later is another file. */
export interface CheckedArtifact extends WantedArtifact {
  size: number
  file: FileHandle
  /** False once somebody has written to it. */
  isAsChecked(): Promise<boolean>
}

/** Letters, digits and `._+~-`, not beginning with a dot: nothing that means anything in a path, and nothing to be encoded. */
export function isArtifactName(name: string): boolean {
  return /^[A-Za-z0-9_+~-][A-Za-z0-9._+~-]{0,199}$/.test(name)
}

/**
 * Opens files and compares their sha256; what the memory knows of a file that nobody has touched since is not read again. Rejects
 * with BOOT_ARTIFACT_WRONG at the first that is another one, DOCUMENT_NOT_FOUND when it cannot be read; none is open then.
 */
export async function openArtifacts(
  wanted: readonly WantedArtifact[],
  { memory, signal }: { memory: ChecksumMemory; signal: AbortSignal },
): Promise<CheckedArtifact[]> {
  const opened: CheckedArtifact[] = []
  try {
    for (const artifact of wanted) opened.push(await openArtifact(artifact, { memory, signal }))
    await memory.save()
    return opened
  } catch (error) {
    await closeArtifacts(opened)
    throw error
  }
}

export async function closeArtifacts(artifacts: readonly CheckedArtifact[]): Promise<void> {
  for (const { file } of artifacts) await file.close()
}

async function openArtifact(
  artifact: WantedArtifact,
  { memory, signal }: { memory: ChecksumMemory; signal: AbortSignal },
): Promise<CheckedArtifact> {
  const file = await openedFile(artifact)
  try {
    const before = await file.stat({ bigint: true })
    if (!before.isFile()) throw unreadable(artifact, 'it is no file')
    const sha256 = memory.sha256Of(before) ?? (await sha256OfFile(file, signal))
    const isSame = async (): Promise<boolean> => isUntouched(before, await file.stat({ bigint: true }))
    if (!(await isSame())) throw wrong(artifact, 'was written to while it was read')
    if (sha256 !== artifact.sha256) throw wrong(artifact, `has the sha256 ${sha256}, not ${artifact.sha256}`)
    memory.remember(before, sha256)
    return { ...artifact, size: Number(before.size), file, isAsChecked: isSame }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function openedFile(artifact: WantedArtifact): Promise<FileHandle> {
  try {
    return await open(artifact.path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    throw unreadable(artifact, code)
  }
}

const blockBytes = 1024 * 1024

async function sha256OfFile(file: FileHandle, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  const block = Buffer.allocUnsafe(blockBytes)
  for (let position = 0; ;) {
    signal.throwIfAborted()
    const { bytesRead } = await file.read(block, 0, blockBytes, position)
    if (bytesRead === 0) return hash.digest('hex')
    hash.update(block.subarray(0, bytesRead))
    position += bytesRead
  }
}

/** Anybody may set the time of a change, but not that of the change of the entry. */
function isUntouched(before: BigIntStats, now: BigIntStats): boolean {
  return before.size === now.size && before.mtimeNs === now.mtimeNs && before.ctimeNs === now.ctimeNs
}

function wrong({ path }: WantedArtifact, what: string): MigrationError {
  return new MigrationError('BOOT_ARTIFACT_WRONG', `${path} ${what}`, {
    hint: 'fetch it again, and compare with what its publisher says; nothing is served until it is the right one',
    details: { path },
  })
}

function unreadable({ path }: WantedArtifact, why: string): MigrationError {
  return new MigrationError('DOCUMENT_NOT_FOUND', `${path} cannot be read: ${why}`, { details: { path } })
}
