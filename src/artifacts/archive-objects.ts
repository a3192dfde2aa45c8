import { ArtifactHead, type ArtifactStore } from '../model/artifact-port.ts'
import { MigrationError } from '../model/errors.ts'
import type { Compression } from './unpacker.ts'

const endings: Readonly<Record<Compression, string>> = { zstd: 'tar.zst', gzip: 'tar.gz', none: 'tar' }

/** The name of an archive itself in a store. */
export function tarKey(id: string, compression: Compression): string {
  return `${id}/data.${endings[compression]}`
}

/** The name of the archive of an image in a store. */
export function imageKey(id: string, compression: Compression): string {
  return `${id}/image.${endings[compression]}`
}

/** The name of the data of an artifact, whatever it is. */
export function dataKey({ id, kind, compression }: ArtifactHead): string {
  return kind === 'tar' ? tarKey(id, compression) : imageKey(id, compression)
}

/** The name of what is told of every entry. */
export function manifestKey(id: string): string {
  return `${id}/manifest.ndjson.gz`
}

/** The name of the object that is written last: without it, the archive does not exist. */
export function headKey(id: string): string {
  return `${id}/artifact.json`
}

/** The head of an archive, or undefined when it is not there or not whole. Throws DATA_ARCHIVE_INVALID. */
export async function readHead(
  store: ArtifactStore,
  id: string,
  signal: AbortSignal,
): Promise<ArtifactHead | undefined> {
  const chunks = await store.read(headKey(id), { signal })
  if (chunks === undefined) return undefined
  const where = `${store.name}: the head of ${id}`
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > maxHeadBytes) throw headInvalid(where, 'it is too large')
    parts.push(chunk)
  }
  let value: unknown
  try {
    value = JSON.parse(Buffer.concat(parts).toString('utf8'))
  } catch (error) {
    throw headInvalid(where, 'it is no JSON', error)
  }
  const parsed = ArtifactHead.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw headInvalid(where, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'no head'}`, parsed.error)
  }
  if (parsed.data.id !== id) throw headInvalid(where, `it is of ${parsed.data.id.slice(0, 200)}`)
  return parsed.data
}

const maxHeadBytes = 64 * 1024

function headInvalid(where: string, why: string, cause?: unknown): MigrationError {
  return new MigrationError('DATA_ARCHIVE_INVALID', `${where} is not valid: ${why}`, {
    hint: 'Somebody has changed what is in the store. Look at who else can write to it; nothing was taken from it.',
    ...(cause === undefined ? {} : { cause }),
  })
}
