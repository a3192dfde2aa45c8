import { isDeepStrictEqual } from 'node:util'
import { archiveId } from '../artifacts/archive-id.ts'
import { readHead } from '../artifacts/archive-objects.ts'
import { lookAtHost } from '../artifacts/look-at-host.ts'
import { changedNames, markTree } from '../artifacts/mark-tree.ts'
import { manifestDamageOf, parkedArtifacts } from '../artifacts/parked-artifacts.ts'
import { parkTree } from '../artifacts/park-tree.ts'
import { restoreTree } from '../artifacts/restore-tree.ts'
import { stateOfTarget } from '../artifacts/state-of-target.ts'
import type { ArtifactHead, ArtifactStore } from '../model/artifact-port.ts'
import { MigrationError } from '../model/errors.ts'
import type { Clock } from '../model/ports.ts'
import type { ArchivePort, ParkedVolume, VolumeToRestore } from '../steps/data-ports.ts'
import { damageTexts } from './messages-data.ts'

/** Archives in the stores that `open` gives by the names of plans; each is opened once. */
export function runArchives(options: {
  open: (store: string) => Promise<ArtifactStore>
  clock: Pick<Clock, 'now'>
}): ArchivePort {
  const { clock } = options
  const stores = new Map<string, ArtifactStore>()

  async function storeOf(name: string): Promise<ArtifactStore> {
    const store = stores.get(name) ?? (await options.open(name))
    stores.set(name, store)
    return store
  }

  return {
    async parked(volume, signal) {
      const store = await storeOf(volume.store)
      const head = await wholeHead(store, archiveId(volume), signal)
      return head === undefined ? undefined : volumeOf(head, store)
    },

    async park(volume, { host, compression, bytesPerSecond, onProgress }, signal) {
      const store = await storeOf(volume.store)
      const { node, source, path } = volume
      const { compressions } = await lookAtHost(host, path, signal)
      const { head } = await parkTree(
        { host, store, clock },
        {
          id: archiveId(volume),
          node,
          source,
          path,
          onProgress,
          ...(compressions.has(compression) && { compression }),
          ...(bytesPerSecond !== undefined && { bytesPerSecond }),
        },
        signal,
      )
      return volumeOf(head, store)
    },

    async changedSince(restore, { seconds, signal }) {
      const store = await storeOf(restore.store)
      const { host, target: path, volume } = restore
      const head = await wholeHead(store, volume.id, signal)
      requireSame(head, restore, store)
      const { tree: was } = head
      if (was === undefined) return 'untold'
      const now = await markTree(host, { path, seconds }, signal)
      if (isDeepStrictEqual(now, was)) return undefined
      const changed = now === undefined ? [] : await changedNames(host, { path, since: was }, signal)
      return { was, now: now ?? null, changed }
    },

    async stateAt(restore, { reads, signal }) {
      const store = await storeOf(restore.store)
      const { host, target, volume } = restore
      const head = await readHead(store, volume.id, signal)
      requireSame(head, restore, store)
      return await stateOfTarget({ host, store }, { head, target, reads }, signal)
    },

    async restore(restore, { bytesPerSecond, onProgress, signal }) {
      const store = await storeOf(restore.store)
      const { host, target, volume } = restore
      const { head } = await restoreTree(
        { host, store },
        { id: volume.id, target, onProgress, ...(bytesPerSecond !== undefined && { bytesPerSecond }) },
        signal,
      )
      requireSame(head, restore, store)
    },
  }
}

/** The head of an archive of which nothing is missing; its manifest is read, its data is not. Throws ARTIFACT_DAMAGED. */
async function wholeHead(
  store: ArtifactStore,
  id: string,
  signal: AbortSignal,
): Promise<ArtifactHead | undefined> {
  for await (const { head, damage } of parkedArtifacts(store, { id, signal })) {
    const found = damage ?? (head === null ? null : await manifestDamageOf(store, head, signal))
    if (found !== null) throw damaged(store, id, damageTexts[found].en)
    if (head !== null) return head
  }
  return undefined
}

function volumeOf(head: ArtifactHead, store: ArtifactStore): ParkedVolume {
  const { id, source, sha256, files, bytes, manifest } = head
  if (manifest === null) throw damaged(store, id, 'it is no archive of a directory')
  return { id, source, sha256, manifestSha256: manifest.sha256, entries: manifest.entries, files, bytes }
}

/** The journal remembers which archive was made: one that was put in its place is not taken. */
function requireSame(
  head: ArtifactHead | undefined,
  { volume }: VolumeToRestore,
  store: ArtifactStore,
): asserts head is ArtifactHead {
  const { id, sha256, manifestSha256 } = volume
  if (head === undefined)
    throw new MigrationError('ARTIFACT_NOT_FOUND', `${store.name} has no whole archive ${id}`, {
      hint: 'Somebody has removed it: look for a copy of the store before anything else is done to the node.',
      details: { store: store.name, id },
    })
  if (head.sha256 !== sha256 || head.manifest?.sha256 !== manifestSha256)
    throw damaged(store, id, 'it is another one than the run has made')
}

function damaged({ name }: ArtifactStore, id: string, why: string): MigrationError {
  return new MigrationError('ARTIFACT_DAMAGED', `${name}: the archive ${id} is not as it was made: ${why}`, {
    hint: 'osferry data verify looks at all of them; look at the disk of the store, and at who else can write there',
    details: { store: name, id },
  })
}
