import type { ArtifactHead, ArtifactStore } from '../model/artifact-port.ts'
import { MigrationError } from '../model/errors.ts'
import type { LocalImage, ParkedImage } from '../model/image-port.ts'
import type { Clock, Host } from '../model/ports.ts'
import { headKey, imageKey, dataKey, readHead } from './archive-objects.ts'
import { exportImage } from './export-image.ts'
import type { ArchivedImage } from './image-layout.ts'
import { inspectImage } from './inspect-image.ts'
import type { Compression } from './unpacker.ts'

/** What keeping an image needs from outside. */
export interface ParkImagePorts {
  host: Host
  store: ArtifactStore
  clock: Pick<Clock, 'now'>
}

/** Which image, and under which name it is kept. */
export interface ParkImageRequest {
  /** `RUN/NODE/IMAGE`. */
  id: string
  node: string
  image: LocalImage
  compression: Compression
  bytesPerSecond: number | undefined
}

/** The name of an image among the artifacts of its node. */
export function imageId(run: string, node: string, image: LocalImage): string {
  const { runtime, namespace, digest } = image
  const parts = ['image', runtime, ...(namespace === '' ? [] : [namespace]), digest.slice('sha256:'.length)]
  return `${run}/${node}/${parts.join('.')}`
}

/** What the store has of it, whole; undefined when it has nothing or only a beginning. Reads no data. */
export async function keptImage(
  store: ArtifactStore,
  { id, image }: Pick<ParkImageRequest, 'id' | 'image'>,
  signal: AbortSignal,
): Promise<ParkedImage | undefined> {
  const head = await readHead(store, id, signal)
  if (head === undefined) return undefined
  const { names, digest, config, manifest } = head.image ?? {}
  if (config === undefined || digest !== image.digest || image.names.some((name) => !names?.includes(name)))
    throw new MigrationError('ARTIFACT_EXISTS', `${store.name}: ${id} is the archive of something else`, {
      hint: 'somebody has given this image other names since it was kept: begin a new run',
    })
  for await (const { key, bytes } of store.list(`${id}/`, { signal }))
    if (key === dataKey(head) && bytes === head.storedBytes)
      return { ...image, config, manifest: manifest ?? null, kept: id }
  throw new MigrationError('ARTIFACT_DAMAGED', `${store.name}: the data of ${id} is not what was parked`, {
    hint: 'somebody has changed what is in the store: look at who else can write to it',
  })
}

/**
 * Streams an image from its runtime into a store. Every part of it is compared with the digest that names it on its way, and the
 * head, without which it does not exist, is written last. Throws DATA_READ_FAILED, IMAGE_NOT_FOUND, DATA_ARCHIVE_INVALID,
 * DATA_MISMATCH and what the host and the store throw.
 */
export async function parkImage(
  { host, store, clock }: ParkImagePorts,
  { id, node, image, compression, bytesPerSecond }: ParkImageRequest,
  signal: AbortSignal,
): Promise<ParkedImage> {
  const begun: string[] = []
  for await (const { key } of store.list(`${id}/`, { signal })) begun.push(key)
  for (const key of begun) await store.remove(key, { signal })
  const { names } = image
  let found: ArchivedImage | undefined
  async function* packed(): AsyncGenerator<Uint8Array, void, undefined> {
    const chunks = exportImage(host, { image, names, compression, bytesPerSecond }, signal)
    found = yield* inspectImage(chunks, { compression, image, place: host.name, give: 'packed' })
  }
  const stored = await store.write(imageKey(id, compression), packed(), { signal })
  if (found === undefined) throw new Error('the store did not read to the end')
  const { format: kind, config, manifest, files, bytes } = found
  const head: ArtifactHead = {
    schema: 'artifact/v1',
    id,
    kind,
    node,
    source: 'images',
    createdAt: clock.now(),
    compression,
    sha256: stored.sha256,
    storedBytes: stored.bytes,
    manifest: null,
    changed: false,
    image: { names: [...names], digest: image.digest, manifest, config },
    files,
    bytes,
  }
  await store.write(headKey(id), oneChunk(`${JSON.stringify(head, null, 2)}\n`), { signal })
  return { ...image, config, manifest, kept: id }
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from(text)
}
