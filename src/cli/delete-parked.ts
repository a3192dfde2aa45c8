import { dataKey, headKey } from '../artifacts/archive-objects.ts'
import { parkedArtifacts, type ParkedArtifact } from '../artifacts/parked-artifacts.ts'
import type { ArtifactStore } from '../model/artifact-port.ts'
import { MigrationError } from '../model/errors.ts'
import type { ParkedPiece } from './parked-of-run.ts'

/** An archive of a run, and what its store has of it; null when there is nothing any more. */
export interface StoredPiece extends ParkedPiece {
  from: ArtifactStore
  stored: ParkedArtifact | null
}

/** Looks for an archive in its store. Throws ARTIFACT_DAMAGED for another one than the run has made: it is of somebody else. */
export async function findPiece(
  from: ArtifactStore,
  piece: ParkedPiece,
  signal: AbortSignal,
): Promise<StoredPiece> {
  for await (const stored of parkedArtifacts(from, { id: piece.id, signal })) {
    const { head, damage } = stored
    const isOther =
      damage === 'head-of-another' ||
      (head !== null &&
        (piece.sha256 === undefined ? head.image?.config !== piece.config : head.sha256 !== piece.sha256))
    if (isOther)
      throw new MigrationError(
        'ARTIFACT_DAMAGED',
        `${from.name}: ${piece.id} is another one than the run has made`,
        {
          hint: 'nothing was deleted: look at who else can write to the store',
          details: { store: from.name, id: piece.id },
        },
      )
    return { ...piece, from, stored }
  }
  return { ...piece, from, stored: null }
}

/**
 * Takes all of an archive out of its store. Its head goes first: what is left of a deletion that was cut off counts as begun and
 * never finished, and the same command takes it away.
 */
export async function deletePiece({ from, stored }: StoredPiece, signal: AbortSignal): Promise<void> {
  if (stored === null) return
  const { id, head, objects } = stored
  const first = [headKey(id), ...(head === null ? [] : [dataKey(head)])]
  const rank = (key: string): number => (first.includes(key) ? first.indexOf(key) : first.length)
  for (const { key } of objects.toSorted((a, b) => rank(a.key) - rank(b.key)))
    await from.remove(key, { signal })
}
