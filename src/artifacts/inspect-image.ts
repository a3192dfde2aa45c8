import type { LocalImage } from '../model/image-port.ts'
import { dataMismatch } from './data-errors.ts'
import { judgeImage, type ArchivedImage } from './image-layout.ts'
import { readImageTar } from './image-tar.ts'
import { createStreamInspector } from './inspect-stream.ts'
import type { Compression } from './unpacker.ts'

/** What the archive should be, and in which form its bytes are wanted. */
export interface InspectImageOptions {
  compression: Compression
  image: Pick<LocalImage, 'digest' | 'names'>
  /** Where it comes from, for errors. */
  place: string
  give: 'packed' | 'unpacked'
}

/**
 * Gives the archive of an image on as it comes, and tells at its end which image it was. Every part is compared with the digest
 * that names it, and the image with the one that is meant. Throws DATA_ARCHIVE_INVALID, DATA_MISMATCH.
 */
export async function* inspectImage(
  chunks: AsyncIterable<Uint8Array>,
  { compression, image, place, give }: InspectImageOptions,
): AsyncGenerator<Uint8Array, ArchivedImage, undefined> {
  const inspector = createStreamInspector(compression, (pieces) => readImageTar(pieces))
  try {
    for await (const chunk of chunks) {
      if (give === 'unpacked') yield* inspector.pass(chunk)
      else {
        await inspector.write(chunk)
        yield chunk
      }
    }
    if (give === 'unpacked') yield* inspector.pass(null)
    const found = judgeImage(await inspector.end())
    if (isImage(found, image.digest)) return found
    const what = `${place}: the archive of ${image.names[0] ?? image.digest} holds another image`
    throw dataMismatch(what, { differences: [{ path: image.digest, parts: ['digest'] }], count: 1 })
  } finally {
    inspector.close()
  }
}

/** docker names an image by its configuration, or, with the store of containerd, as containerd does. */
function isImage({ roots, config, manifest }: ArchivedImage, digest: string): boolean {
  return roots.has(digest) || config === digest || manifest === digest
}
