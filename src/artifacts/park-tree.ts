import type { ArtifactHead, ArtifactStore, TreeMark } from '../model/artifact-port.ts'
import { MigrationError } from '../model/errors.ts'
import type { Clock, Host } from '../model/ports.ts'
import { tarKey, headKey, manifestKey, readHead } from './archive-objects.ts'
import { readFailed } from './data-errors.ts'
import { createArchiveInspector, type TreeTotals } from './inspect-archive.ts'
import { orInterrupted } from './interrupted.ts'
import { compressions, lookAtHost } from './look-at-host.ts'
import { markTree } from './mark-tree.ts'
import { createManifestWriter } from './manifest-file.ts'
import { packTree, type PackReport, type PackRequest } from './pack-stream.ts'
import { limitRate } from './rate-limit.ts'
import { treeLimits, type TreeLimits } from './tree-limits.ts'
import type { Compression } from './unpacker.ts'

/** What parking needs from outside. */
export interface ParkPorts {
  host: Host
  store: ArtifactStore
  clock: Pick<Clock, 'now'>
}

/** What to park, and under which name. */
export interface ParkRequest {
  /** `RUN/NODE/VOLUME`. */
  id: string
  node: string
  /** Id of the LocalData that it is. */
  source: string
  /** Absolute path of a directory on the host. */
  path: string
  /** The best that the host has when left out. */
  compression?: Compression
  /** Of the packed bytes, for the sake of the host's disk and network. */
  bytesPerSecond?: number
  /** For a first pass while things still run: files may change while they are read. */
  allowChanged?: boolean
  /** File systems that are mounted below may be left out. */
  allowMounts?: boolean
  limits?: Partial<TreeLimits>
  onProgress?: (progress: ParkProgress) => void
}

/** How far it is. */
export interface ParkProgress {
  storedBytes: number
  entries: number
}

/** An archive that is whole. */
export interface ParkResult {
  head: ArtifactHead
  /** True when an earlier run had finished it and nothing was read. */
  already: boolean
  /** Mounted file systems, and what tar said about sockets: they are not in the archive. */
  leftOut: readonly string[]
}

/**
 * Archives a directory of a host into a store: one pipeline on the host, read and checked on its way, with no copy there. The
 * archive exists when its head does, which is written last; one that exists is not made again, one that was begun is begun anew.
 * Throws DATA_READ_FAILED, DATA_CHANGED, DATA_ARCHIVE_INVALID, TOOL_MISSING, and what the host and the store throw.
 */
export async function parkTree(
  ports: ParkPorts,
  request: ParkRequest,
  signal: AbortSignal,
): Promise<ParkResult> {
  try {
    return await park(ports, request, signal)
  } catch (error) {
    throw orInterrupted(error, { what: `parking ${request.id}`, signal })
  }
}

async function park(ports: ParkPorts, request: ParkRequest, signal: AbortSignal): Promise<ParkResult> {
  const { host, store, clock } = ports
  const { id, node, source } = request
  const existing = await readHead(store, id, signal)
  if (existing !== undefined) return { head: sameAs(existing, request, store), already: true, leftOut: [] }
  const { pack, mounts } = await planPack(host, request, signal)
  await removeBegun(store, id, signal)
  const tree = await markBefore(host, request, signal)
  const { data, manifest, totals, report } = await storeTree(ports, { request, pack }, signal)
  const head: ArtifactHead = {
    schema: 'artifact/v1',
    id,
    kind: 'tar',
    node,
    source,
    createdAt: clock.now(),
    compression: pack.compression,
    sha256: data.sha256,
    storedBytes: data.bytes,
    manifest: { sha256: manifest.sha256, bytes: manifest.bytes, entries: totals.entries },
    changed: report.changed.length > 0,
    tree,
    files: totals.files,
    bytes: totals.bytes,
  }
  await store.write(headKey(id), oneChunk(`${JSON.stringify(head, null, 2)}\n`), { signal })
  return { head, already: false, leftOut: [...mounts, ...report.sockets] }
}

async function planPack(
  host: Host,
  request: ParkRequest,
  signal: AbortSignal,
): Promise<{ pack: PackRequest; mounts: readonly string[] }> {
  const { path } = request
  const look = await lookAtHost(host, path, signal)
  if (look.kind !== 'directory') {
    throw readFailed(host.name, path, look.kind === 'none' ? 'it is not there' : 'it is no directory')
  }
  if (look.mountCount > 0 && request.allowMounts !== true) {
    throw readFailed(
      host.name,
      path,
      `${look.mountCount} file systems are mounted below it: ${look.mounts.join(', ')}`,
    )
  }
  const compression =
    request.compression ?? compressions.find((name) => look.compressions.has(name)) ?? 'none'
  if (!look.compressions.has(compression)) {
    throw new MigrationError('TOOL_MISSING', `${host.name}: there is no ${compression}`, {
      hint: `Install ${compression} on the host, or leave the compression open.`,
      details: { host: host.name },
    })
  }
  const pack = {
    path,
    compression,
    keeps: look.keeps,
    allowChanged: request.allowChanged === true,
    ...packLimits(request.limits),
  }
  return { pack, mounts: look.mounts }
}

/** Before it is read: what changes while it is read, or later, is then seen. */
async function markBefore(host: Host, { path, limits }: ParkRequest, signal: AbortSignal): Promise<TreeMark> {
  const seconds = Math.ceil((limits?.timeoutMs ?? treeLimits.timeoutMs) / 1000)
  const mark = await markTree(host, { path, seconds }, signal)
  if (mark === undefined) throw readFailed(host.name, path, 'it is not there')
  return mark
}

/** The limits of a stream; what is packed may be a little more than what it holds. */
export function packLimits(
  limits: Partial<TreeLimits> | undefined,
): Pick<PackRequest, 'timeoutMs' | 'idleTimeoutMs' | 'maxStoredBytes'> {
  const { timeoutMs, idleTimeoutMs, maxBytes, maxEntries } = { ...treeLimits, ...limits }
  return { timeoutMs, idleTimeoutMs, maxStoredBytes: maxBytes + maxEntries * 4096 + 1024 * 1024 }
}

interface Stored {
  sha256: string
  bytes: number
}

async function storeTree(
  { host, store }: ParkPorts,
  { request, pack }: { request: ParkRequest; pack: PackRequest },
  signal: AbortSignal,
): Promise<{ data: Stored; manifest: Stored; totals: TreeTotals; report: PackReport }> {
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const writer = createManifestWriter(either)
  const progress: ParkProgress = { storedBytes: 0, entries: 0 }
  let totals: TreeTotals | undefined
  let report: PackReport | undefined
  const inspector = createArchiveInspector({
    compression: pack.compression,
    limits: { ...treeLimits, ...request.limits },
    async onEntry(entry) {
      progress.entries += 1
      await writer.add(entry)
    },
  })

  async function* packed(): AsyncGenerator<Uint8Array, void, undefined> {
    const onReport = (told: PackReport): void => {
      report = told
    }
    const chunks = packTree(host, pack, { signal: either, onReport })
    const { bytesPerSecond } = request
    const paced =
      bytesPerSecond === undefined ? chunks : limitRate(chunks, { bytesPerSecond, signal: either })
    for await (const chunk of paced) {
      await inspector.write(chunk)
      yield chunk
      progress.storedBytes += chunk.length
      request.onProgress?.({ ...progress })
    }
    totals = await inspector.end()
    writer.end()
  }

  // The first failure ends the other write: its own error would only say that it was stopped.
  const first = Promise.withResolvers<never>()
  const orStop = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      first.reject(error)
      failed.abort(error)
      writer.close()
      throw error
    }
  }
  first.promise.catch(() => {})
  try {
    const writes = [
      orStop(store.write(tarKey(request.id, pack.compression), packed(), { signal: either })),
      orStop(store.write(manifestKey(request.id), writer.chunks, { signal: either })),
    ] as const
    const [data, manifest] = await Promise.allSettled(writes)
    if (data.status === 'rejected' || manifest.status === 'rejected') return await first.promise
    if (totals === undefined || report === undefined) throw new Error('the store did not read to the end')
    return { data: data.value, manifest: manifest.value, totals, report }
  } finally {
    inspector.close()
    writer.close()
  }
}

/** An archive of something else under this name is never taken for this one. */
function sameAs(head: ArtifactHead, { id, node, source }: ParkRequest, store: ArtifactStore): ArtifactHead {
  if (head.node === node && head.source === source && head.kind === 'tar') return head
  throw new MigrationError(
    'ARTIFACT_EXISTS',
    `${store.name}: ${id} is the archive of ${head.source} of ${head.node}`,
    {
      hint: 'Choose another name for this one.',
    },
  )
}

/** What a run that was ended has left; without a head it is no archive. */
async function removeBegun(store: ArtifactStore, id: string, signal: AbortSignal): Promise<void> {
  const begun: string[] = []
  for await (const { key } of store.list(`${id}/`, { signal })) begun.push(key)
  for (const key of begun) await store.remove(key, { signal })
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from(text)
}
