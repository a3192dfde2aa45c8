import { createHash } from 'node:crypto'
import type { ArtifactHead, ArtifactStore, ParkedEntry } from '../model/artifact-port.ts'
import { MigrationError } from '../model/errors.ts'
import type { Host } from '../model/ports.ts'
import { tarKey, manifestKey, readHead } from './archive-objects.ts'
import { createTreeComparison } from './compare-trees.ts'
import { dataMismatch, targetRefused } from './data-errors.ts'
import { createArchiveInspector, type TreeTotals } from './inspect-archive.ts'
import { orInterrupted } from './interrupted.ts'
import { compressions, lookAtHost, type HostLook } from './look-at-host.ts'
import { readManifest } from './manifest-file.ts'
import { packTree } from './pack-stream.ts'
import { packLimits } from './park-tree.ts'
import { limitRate } from './rate-limit.ts'
import { treeLimits, type TreeLimits } from './tree-limits.ts'
import { forgetBegun, unpackTree } from './unpack-stream.ts'

/** What restoring needs from outside. */
export interface RestoreTreePorts {
  host: Host
  store: ArtifactStore
}

/** What to restore, and where. */
export interface RestoreTreeRequest {
  id: string
  /** Absolute path of a directory on the host; it is made when it is not there. */
  target: string
  /** Restore into a directory that has something in it; what is there and not in the archive stays. */
  intoExisting?: boolean
  /** Restore although symbolic links are on the way to the target. */
  followLinks?: boolean
  bytesPerSecond?: number
  limits?: Partial<TreeLimits>
  onProgress?: (progress: RestoreProgress) => void
}

/** How far it is: bytes of the archive that were sent, then entries that were read back. */
export interface RestoreProgress {
  phase: 'send' | 'verify'
  storedBytes: number
  entries: number
}

/** A tree that is on the host as it was parked. */
export interface RestoreTreeResult {
  head: ArtifactHead
  verified: TreeTotals
}

/**
 * Puts a parked directory back and reads all of it again: every content, mode, owner, link and attribute must be as it was
 * parked. The archive is compared with its manifest on its way, ahead of what the host gets. A restore that was cut off may be
 * begun again; the directory is still known as unfinished. Throws ARTIFACT_NOT_FOUND, DATA_TARGET_REFUSED, DATA_ARCHIVE_INVALID,
 * DATA_WRITE_FAILED, DATA_MISMATCH, TOOL_MISSING, and what the host and the store throw.
 */
export async function restoreTree(
  ports: RestoreTreePorts,
  request: RestoreTreeRequest,
  signal: AbortSignal,
): Promise<RestoreTreeResult> {
  try {
    return await restore(ports, request, signal)
  } catch (error) {
    throw orInterrupted(error, { what: `restoring ${request.id}`, signal })
  }
}

async function restore(
  ports: RestoreTreePorts,
  request: RestoreTreeRequest,
  signal: AbortSignal,
): Promise<RestoreTreeResult> {
  const { host, store } = ports
  const { id, target } = request
  refuseDetour(host.name, target)
  const head = await readHead(store, id, signal)
  if (head === undefined) throw notFound(store, id)
  const look = await lookAtHost(host, target, signal)
  refuseTarget(host.name, request, look)
  const limits = { ...treeLimits, ...request.limits }
  const isPackedForHost = look.compressions.has(head.compression)
  await unpackTree(
    host,
    { id, target, compression: isPackedForHost ? head.compression : 'none', keeps: look.keeps, limits },
    { chunks: sent(ports, { request, head, isPackedForHost }, signal), signal },
  )
  const verified = await readBack(ports, { request, head, look }, signal)
  await forgetBegun(host, target, signal)
  return { head, verified }
}

/** The stored archive, each chunk only after it was compared with the manifest. */
async function* sent(
  { store }: RestoreTreePorts,
  {
    request,
    head,
    isPackedForHost,
  }: { request: RestoreTreeRequest; head: ArtifactHead; isPackedForHost: boolean },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { id, bytesPerSecond } = request
  const stored = await store.read(tarKey(id, head.compression), { signal })
  if (stored === undefined) throw notFound(store, id)
  const comparison = createTreeComparison(await manifestOf(store, head, signal), { allowMore: false })
  const differs = (): MigrationError =>
    dataMismatch(`${store.name}: the archive ${id} is not what its manifest tells`, comparison)
  const inspector = createArchiveInspector({
    compression: head.compression,
    limits: { ...treeLimits, ...request.limits },
    async onEntry(entry) {
      await comparison.found(entry)
      if (comparison.count > 0) throw differs()
    },
  })
  const hash = createHash('sha256')
  let storedBytes = 0
  try {
    const paced = bytesPerSecond === undefined ? stored : limitRate(stored, { bytesPerSecond, signal })
    for await (const chunk of paced) {
      hash.update(chunk)
      if (isPackedForHost) {
        await inspector.write(chunk)
        yield chunk
      } else yield* inspector.pass(chunk)
      storedBytes += chunk.length
      request.onProgress?.({ phase: 'send', storedBytes, entries: 0 })
    }
    if (!isPackedForHost) yield* inspector.pass(null)
    await inspector.end()
    await comparison.end()
    if (comparison.count > 0) throw differs()
    if (hash.digest('hex') !== head.sha256) {
      throw new MigrationError(
        'DATA_MISMATCH',
        `${store.name}: the archive ${id} has another checksum than its head names`,
        {
          hint: 'Somebody or something has changed what is in the store: do not use what was restored.',
        },
      )
    }
  } finally {
    inspector.close()
    comparison.close()
  }
}

/** Reads a tree on the host as it was read when it was parked; throws DATA_MISMATCH when it is not the same. */
export async function readBack(
  { host, store }: RestoreTreePorts,
  { request, head, look }: { request: RestoreTreeRequest; head: ArtifactHead; look: HostLook },
  signal: AbortSignal,
): Promise<TreeTotals> {
  const compression = compressions.find((name) => look.compressions.has(name)) ?? 'none'
  const comparison = createTreeComparison(await manifestOf(store, head, signal), {
    allowMore: request.intoExisting === true,
  })
  let entries = 0
  const inspector = createArchiveInspector({
    compression,
    limits: { ...treeLimits, ...request.limits },
    async onEntry(entry) {
      entries += 1
      await comparison.found(entry)
    },
  })
  try {
    const pack = {
      path: request.target,
      compression,
      keeps: look.keeps,
      allowChanged: false,
      ...packLimits(request.limits),
    }
    for await (const chunk of packTree(host, pack, { signal, onReport: () => {} })) {
      await inspector.write(chunk)
      request.onProgress?.({ phase: 'verify', storedBytes: head.storedBytes, entries })
    }
    const totals = await inspector.end()
    await comparison.end()
    if (comparison.count === 0) return totals
    throw dataMismatch(`${host.name}: ${request.target} is not as it was parked`, comparison)
  } finally {
    inspector.close()
    comparison.close()
  }
}

async function manifestOf(
  store: ArtifactStore,
  { id, manifest }: ArtifactHead,
  signal: AbortSignal,
): Promise<AsyncIterable<ParkedEntry>> {
  const stored = await store.read(manifestKey(id), { signal })
  if (stored === undefined || manifest === null) throw notFound(store, id)
  return readManifest(stored, { id, sha256: manifest.sha256 })
}

function refuseDetour(host: string, target: string): void {
  const isStraight = target.startsWith('/') && target.length > 1 && target.length < 4096
  const parts = target.slice(1).split('/')
  if (isStraight && parts.every((part) => part !== '' && part !== '.' && part !== '..')) return
  throw targetRefused(host, target, {
    what: 'is no absolute path that goes straight down',
    hint: 'Name the directory from / on, without . and .. and without / at its end.',
  })
}

function refuseTarget(
  host: string,
  { id, target, intoExisting, followLinks }: RestoreTreeRequest,
  { kind, isEmpty, leadsTo, begun }: HostLook,
): void {
  if (kind === 'other') {
    throw targetRefused(host, target, { what: 'is no directory', hint: 'Choose another directory.' })
  }
  if (leadsTo !== null && followLinks !== true) {
    throw targetRefused(host, target, {
      what: `leads through a symbolic link to ${leadsTo.slice(0, 300)}`,
      hint: 'Name that directory, or say that links may be followed.',
    })
  }
  if (isEmpty || intoExisting === true || begun === id) return
  throw targetRefused(host, target, {
    what: 'is not empty',
    hint: 'Look at what is in it: move it away, or say that the archive may be restored into it.',
  })
}

function notFound(store: ArtifactStore, id: string): MigrationError {
  return new MigrationError('ARTIFACT_NOT_FOUND', `${store.name} has no whole archive ${id}`, {
    hint: 'Park the data again, or choose the store it was parked in.',
    details: { store: store.name },
  })
}
