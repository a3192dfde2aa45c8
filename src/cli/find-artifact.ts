import { parkedArtifacts, type ParkedArtifact } from '../artifacts/parked-artifacts.ts'
import { checkedKey } from '../model/artifact-key.ts'
import type { ArtifactStore } from '../model/artifact-port.ts'
import { MigrationError } from '../model/errors.ts'

/** The artifact of an id that somebody has typed; throws ARTIFACT_NOT_FOUND. */
export async function findArtifact(
  store: ArtifactStore,
  id: string,
  signal: AbortSignal,
): Promise<ParkedArtifact> {
  const key = checkedKey(id, store.name)
  const isId = key.split('/').length === 3
  if (isId) for await (const artifact of parkedArtifacts(store, { id: key, signal })) return artifact
  throw new MigrationError('ARTIFACT_NOT_FOUND', `${store.name} has no ${key}`, {
    hint: `${isId ? '' : 'An id has three parts: RUN/NODE/VOLUME. '}osferry data list shows what there is; --store chooses another store`,
    details: { store: store.name, id: key },
  })
}
