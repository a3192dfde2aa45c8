import { hash } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseImageName, pushedReference } from '../model/image-name.ts'
import type { LocalImage, ParkedImage } from '../model/image-port.ts'
import type { Host } from '../model/ports.ts'
import { dataMismatch } from './data-errors.ts'
import { exportImage } from './export-image.ts'
import type { ArchivedImage } from './image-layout.ts'
import { inspectImage } from './inspect-image.ts'
import { configsOf } from './list-images.ts'
import { lookInRegistry, pushArchive, type PushedImage, type SkopeoOptions } from './skopeo.ts'
import type { Compression } from './unpacker.ts'

/** What pushing an image needs. */
export interface PushImageRequest {
  image: LocalImage
  /** `registry.example.com/moved`. */
  registry: string
  /** Of the bytes on their way from the host only. */
  compression: Compression
  bytesPerSecond: number | undefined
  /** A directory on this machine; the image is in it until it is pushed. */
  scratch: string
  variables: SkopeoOptions['variables']
}

/** What the registry has of an image of a host; undefined when it has nothing. Throws DATA_MISMATCH, REGISTRY_*. */
export async function pushedImage(
  host: Host,
  { image, registry, variables }: Pick<PushImageRequest, 'image' | 'registry' | 'variables'>,
  signal: AbortSignal,
): Promise<ParkedImage | undefined> {
  const reference = referenceOf(image, registry)
  const pushed = await lookInRegistry(reference, { variables, signal })
  if (pushed === undefined) return undefined
  // The tag is made of the digest, but anybody may write it.
  if (pushed.manifest !== image.digest && pushed.config !== image.digest) {
    const configs = image.runtime === 'docker' ? [] : await configsOf(host, image, signal)
    if (!configs.includes(pushed.config)) throw otherImage(reference, pushed)
  }
  return { ...image, ...pushed, kept: reference }
}

/**
 * Whether the registry still has what was pushed, under the same tag and the same manifest: one without a tag is what it clears up
 * next. Throws DATA_MISMATCH when another image is there, and REGISTRY_*.
 */
export async function isPushed(
  { kept, config, manifest }: Pick<ParkedImage, 'kept' | 'config' | 'manifest'>,
  options: SkopeoOptions,
): Promise<boolean> {
  const pushed = await lookInRegistry(kept, options)
  if (pushed !== undefined && pushed.config !== config) throw otherImage(kept, pushed)
  return pushed !== undefined && pushed.manifest === manifest
}

/**
 * Brings an image into a registry: its runtime's archive comes over the host's connection into a file of this machine, is
 * compared with its digests, and skopeo pushes it. What the registry then has must be the image. Throws DATA_READ_FAILED,
 * IMAGE_NOT_FOUND, DATA_ARCHIVE_INVALID, DATA_MISMATCH, REGISTRY_*, IMAGE_PUSH_FAILED, TOOL_MISSING.
 */
export async function pushImage(
  host: Host,
  request: PushImageRequest,
  signal: AbortSignal,
): Promise<ParkedImage> {
  const { image, registry, compression, bytesPerSecond, variables } = request
  const reference = referenceOf(image, registry)
  // The same directory at every attempt: what one that was killed has left goes with the next.
  const scratch = join(request.scratch, hash('sha256', `${host.name} ${reference}`).slice(0, 24))
  await rm(scratch, { recursive: true, force: true })
  await mkdir(scratch, { recursive: true, mode: 0o700 })
  try {
    const file = 'image.tar'
    const names = image.names.slice(0, 1)
    const chunks = exportImage(host, { image, names, compression, bytesPerSecond }, signal)
    const archive = await pour(
      inspectImage(chunks, { compression, image, place: host.name, give: 'unpacked' }),
      join(scratch, file),
    )
    const { format, refName, architecture, config } = archive
    await pushArchive({ file, format, refName, architecture, reference, scratch }, { variables, signal })
    const pushed = await lookInRegistry(reference, { variables, signal })
    if (pushed === undefined || pushed.config !== config) throw otherImage(reference, pushed)
    return { ...image, ...pushed, kept: reference }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function pour(
  chunks: AsyncGenerator<Uint8Array, ArchivedImage, undefined>,
  path: string,
): Promise<ArchivedImage> {
  const file = await open(path, 'wx', 0o600)
  try {
    for (;;) {
      const next = await chunks.next()
      if (next.done === true) return next.value
      await file.writeFile(next.value)
    }
  } finally {
    await file.close()
    await chunks.return(undefined as never)
  }
}

function referenceOf({ names, digest }: LocalImage, registry: string): string {
  const name = parseImageName(names[0] ?? '')
  if (name === undefined) throw new Error('an image that was listed has no name')
  return pushedReference(registry, name, digest)
}

function otherImage(reference: string, pushed: PushedImage | undefined): Error {
  const path = pushed?.config ?? 'nothing'
  const what = `the registry has another image under ${reference}`
  return dataMismatch(what, { differences: [{ path, parts: ['configuration'] }], count: 1 })
}
