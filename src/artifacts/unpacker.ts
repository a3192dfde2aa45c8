import type { Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import type { ArtifactHead } from '../model/artifact-port.ts'
import { archiveInvalid } from './tar-error.ts'

/** How an archive is packed. */
export type Compression = ArtifactHead['compression']

/** Unpacks chunk by chunk. */
export interface Unpacker {
  /**
   * The pieces that come out when this chunk goes in, or (null) at the end. A small chunk may hold gigabytes: the next piece is
   * made when the one before was taken. Throws DATA_ARCHIVE_INVALID.
   */
  unpack(chunk: Uint8Array | null): AsyncGenerator<Uint8Array, void, undefined>
  /** Lets go of the memory that it has. */
  close(): void
}

/** Makes an unpacker. */
export function createUnpacker(compression: Compression): Unpacker {
  if (compression === 'none') {
    return {
      async *unpack(chunk) {
        if (chunk !== null) yield chunk
      },
      close() {},
    }
  }
  const stream: Transform =
    compression === 'zstd' ? createZstdDecompress({ chunkSize }) : createGunzip({ chunkSize })
  let failure: Error | null = null
  let wake = (): void => {}
  for (const event of ['readable', 'end', 'close']) stream.on(event, () => wake())
  stream.on('error', (error: Error) => {
    failure = error
    wake()
  })
  const next = (): Uint8Array | null => stream.read() as Uint8Array | null

  return {
    async *unpack(chunk) {
      let isTaken = false
      if (chunk === null) stream.end()
      else
        stream.write(chunk, () => {
          isTaken = true
          wake()
        })
      for (;;) {
        const woken = new Promise<void>((resolve) => {
          wake = resolve
        })
        for (let piece = next(); piece !== null; piece = next()) yield piece
        if (failure !== null)
          throw archiveInvalid(`it cannot be unpacked with ${compression}: ${failure.message}`)
        if (chunk === null ? stream.readableEnded : isTaken) return
        await woken
      }
    },
    close: () => void stream.destroy(),
  }
}

const chunkSize = 256 * 1024
