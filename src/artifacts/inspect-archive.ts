import type { ParkedEntry } from '../model/artifact-port.ts'
import { createStreamInspector, type StreamInspector } from './inspect-stream.ts'
import { readTar, type TarLimits } from './tar-reader.ts'
import type { Compression } from './unpacker.ts'

/** Files and what they hold. */
export interface TreeTotals {
  entries: number
  files: number
  bytes: number
}

/** What an inspector needs to know. */
export interface InspectOptions {
  compression: Compression
  limits: TarLimits
  onEntry: (entry: ParkedEntry) => Promise<void>
}

/**
 * Looks at the archive of a tree on its way: every header is judged before its bytes go on. Rejects with DATA_ARCHIVE_INVALID,
 * or with what `onEntry` has thrown.
 */
export function createArchiveInspector({
  compression,
  limits,
  onEntry,
}: InspectOptions): StreamInspector<TreeTotals> {
  return createStreamInspector(compression, async (chunks) => {
    const totals: TreeTotals = { entries: 0, files: 0, bytes: 0 }
    for await (const entry of readTar(chunks, limits)) {
      totals.entries += 1
      if (entry.type === 'file') totals.files += 1
      totals.bytes += entry.bytes
      await onEntry(entry)
    }
    return totals
  })
}
