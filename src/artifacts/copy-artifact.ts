import type { ArtifactHead, ArtifactStore } from '../model/artifact-port.ts'
import { MigrationError } from '../model/errors.ts'
import { dataKey, headKey, manifestKey } from './archive-objects.ts'
import type { ParkedArtifact } from './parked-artifacts.ts'

interface CopyOptions {
  from: ArtifactStore
  to: ArtifactStore
  signal: AbortSignal
  onBytes?: (bytes: number) => void
}

/**
 * Copies a whole artifact into another store, its head last. Manifest and data are compared with the head on the way; what is
 * damaged is taken away again. Throws ARTIFACT_DAMAGED, ARTIFACT_NOT_FOUND when a part of it is missing, and ARTIFACT_EXISTS when the
 * other store has it.
 */
export async function copyArtifact(
  { id, head, objects }: ParkedArtifact & { head: ArtifactHead },
  { from, to, signal, onBytes = () => undefined }: CopyOptions,
): Promise<void> {
  if ((await to.read(headKey(id), { signal })) !== undefined)
    throw new MigrationError('ARTIFACT_EXISTS', `${to.name} has ${id} already; it is never written over`, {
      hint: 'choose another directory with --to',
      details: { store: to.name, id },
    })
  // A copy that was begun and not finished; without a head it is nobody's.
  for await (const { key } of to.list(`${id}/`, { signal })) await to.remove(key, { signal })
  // The small one first: what is damaged is found before hours of copying.
  const parts = new Map([
    ...(head.manifest === null
      ? []
      : [[manifestKey(id), { name: 'manifest', sha256: head.manifest.sha256 }] as const]),
    [dataKey(head), { name: 'data', sha256: head.sha256 }] as const,
  ])
  const others = objects.map(({ key }) => key).filter((key) => key !== headKey(id))
  const written: string[] = []
  try {
    let bytes = 0
    for (const key of new Set([...parts.keys(), ...others, headKey(id)])) {
      const counted = counting(await existing(from, key, signal), (count) => onBytes((bytes += count)))
      const { sha256 } = await to.write(key, counted, { signal })
      written.push(key)
      const part = parts.get(key)
      if (part !== undefined && sha256 !== part.sha256) throw damaged(from, id, part.name)
    }
  } catch (error) {
    // The signal may be aborted: what was written is taken away all the same.
    const never = new AbortController().signal
    for (const key of written.toReversed()) await to.remove(key, { signal: never }).catch(() => undefined)
    throw error
  }
}

async function existing(
  store: ArtifactStore,
  key: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const chunks = await store.read(key, { signal })
  if (chunks !== undefined) return chunks
  throw new MigrationError('ARTIFACT_NOT_FOUND', `${store.name} has no ${key} any more`, {
    hint: 'somebody has taken it away meanwhile: osferry data list shows what there is',
  })
}

async function* counting(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onBytes(chunk.length)
    yield chunk
  }
}

function damaged(store: ArtifactStore, id: string, part: string): MigrationError {
  return new MigrationError(
    'ARTIFACT_DAMAGED',
    `${store.name}: the ${part} of ${id} is not what was parked`,
    {
      hint: `nothing was copied; osferry data verify ${id} reads it again`,
      details: { store: store.name, id },
    },
  )
}
