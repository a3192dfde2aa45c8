import { createHandoff } from './handoff.ts'
import { createUnpacker, type Compression } from './unpacker.ts'

/** Looks at packed bytes on their way. */
export interface StreamInspector<Result> {
  /**
   * Resolves when these bytes have been judged: only then may they go on to where they are unpacked. Rejects with what the
   * reader has thrown.
   */
  write(chunk: Uint8Array): Promise<void>
  /** The same, and gives the unpacked pieces, each when it was judged; null gives what is left at the end. */
  pass(chunk: Uint8Array | null): AsyncGenerator<Uint8Array, void, undefined>
  /** Resolves when all of it was read and judged. */
  end(): Promise<Result>
  close(): void
}

/** Makes an inspector; `read` gets the unpacked bytes beside whatever else happens to them, and judges them. */
export function createStreamInspector<Result>(
  compression: Compression,
  read: (chunks: AsyncIterable<Uint8Array>) => Promise<Result>,
): StreamInspector<Result> {
  const handoff = createHandoff()
  const unpacker = createUnpacker(compression)

  async function judge(): Promise<Result> {
    try {
      return await read(handoff.chunks)
    } catch (error) {
      handoff.fail(error)
      throw error
    }
  }

  const reading = judge()
  // Told by the next `write`, or by `end`.
  reading.catch(() => {})
  let isFlushed = false

  async function* pass(chunk: Uint8Array | null): AsyncGenerator<Uint8Array, void, undefined> {
    if (chunk === null) isFlushed = true
    for await (const piece of unpacker.unpack(chunk)) {
      await handoff.give(piece)
      yield piece
    }
  }
  async function write(chunk: Uint8Array | null): Promise<void> {
    for await (const _ of pass(chunk)) {
      // Nobody wants the pieces.
    }
  }

  return {
    pass,
    write,
    async end() {
      if (!isFlushed) await write(null)
      handoff.end()
      return await reading
    },
    close() {
      handoff.end()
      unpacker.close()
    },
  }
}
