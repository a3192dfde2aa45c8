import type { ParkedEntry } from '../model/artifact-port.ts'
import { createHandoff } from './handoff.ts'
import { readTar, type TarLimits } from './tar-reader.ts'
import { createUnpacker, type Compression } from './unpacker.ts'

/** Files and what they hold. */
export interface TreeTotals {
  entries: number
  files: number
  bytes: number
}

/** Looks at an archive on its way. */
export interface ArchiveInspector {
  /**
   * Resolves when every header in these bytes has been judged: only then may they go on to where they are unpacked. Rejects with
   * DATA_ARCHIVE_INVALID, or with what `onEntry` has thrown.
   */
  write(chunk: Uint8Array): Promise<void>
  /** The same, and gives the unpacked pieces, each when it was judged; null gives what is left at the end. */
  pass(chunk: Uint8Array | null): AsyncGenerator<Uint8Array, void, undefined>
  /** Resolves when the archive was whole. */
  end(): Promise<TreeTotals>
  close(): void
}

/** What an inspector needs to know. */
export interface InspectOptions {
  compression: Compression
  limits: TarLimits
  onEntry: (entry: ParkedEntry) => Promise<void>
}

/** Makes an inspector; it unpacks and reads the archive beside whatever else happens to its bytes. */
export function createArchiveInspector({ compression, limits, onEntry }: InspectOptions): ArchiveInspector {
  const handoff = createHandoff()
  const unpacker = createUnpacker(compression)
  const totals: TreeTotals = { entries: 0, files: 0, bytes: 0 }

  async function read(): Promise<void> {
    try {
      for await (const entry of readTar(handoff.chunks, limits)) {
        totals.entries += 1
        if (entry.type === 'file') totals.files += 1
        totals.bytes += entry.bytes
        await onEntry(entry)
      }
    } catch (error) {
      handoff.fail(error)
      throw error
    }
  }

  const reading = read()
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
      await reading
      return totals
    },
    close() {
      handoff.end()
      unpacker.close()
    },
  }
}
