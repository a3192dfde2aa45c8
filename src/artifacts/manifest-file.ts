import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createGzip } from 'node:zlib'
import { ParkedEntry } from '../model/artifact-port.ts'
import { MigrationError } from '../model/errors.ts'
import { createUnpacker } from './unpacker.ts'

/** Writes a manifest: an entry a line, packed with gzip. */
export interface ManifestWriter {
  /** Resolves when there is room for the next one. */
  add(entry: ParkedEntry): Promise<void>
  end(): void
  /** The packed bytes, to be read once. */
  chunks: AsyncIterable<Uint8Array>
  close(): void
}

/** Makes a writer; who does not read its chunks holds `add` back. */
export function createManifestWriter(signal: AbortSignal): ManifestWriter {
  const gzip = createGzip()
  // Who reads its chunks is told; here it would end the process.
  gzip.on('error', () => {})
  return {
    chunks: gzip,
    async add(entry) {
      if (!gzip.write(`${JSON.stringify(entry)}\n`)) await once(gzip, 'drain', { signal })
    },
    end: () => void gzip.end(),
    close: () => void gzip.destroy(),
  }
}

/** Reads a manifest entry by entry; at its end it must have been the one whose sha256 is known. Throws DATA_ARCHIVE_INVALID. */
export async function* readManifest(
  stored: AsyncIterable<Uint8Array>,
  { id, sha256 }: { id: string; sha256: string },
): AsyncGenerator<ParkedEntry, void, undefined> {
  const hash = createHash('sha256')
  let line = 0
  for await (const text of lines(unpacked(stored, (chunk) => void hash.update(chunk)))) {
    line += 1
    yield parseEntry(text, `${id}, line ${line} of its manifest`)
  }
  if (hash.digest('hex') !== sha256) {
    throw manifestInvalid(`the manifest of ${id} has another checksum than the archive's head names`)
  }
}

async function* unpacked(
  stored: AsyncIterable<Uint8Array>,
  onChunk: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const unpacker = createUnpacker('gzip')
  try {
    for await (const chunk of stored) {
      onChunk(chunk)
      yield* unpacker.unpack(chunk)
    }
    yield* unpacker.unpack(null)
  } finally {
    unpacker.close()
  }
}

async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let pending = ''
  const decoder = new TextDecoder()
  for await (const chunk of chunks) {
    const parts = (pending + decoder.decode(chunk, { stream: true })).split('\n')
    pending = parts.pop() ?? ''
    if (pending.length > maxLineLength) throw manifestInvalid('a line of the manifest is too long')
    yield* parts
  }
  if (pending !== '') throw manifestInvalid('the manifest ends in the middle of a line')
}

/** The largest header that the reader takes, in base64. */
const maxLineLength = 12 * 1024 * 1024

function parseEntry(text: string, where: string): ParkedEntry {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw manifestInvalid(`${where} is no JSON`, error)
  }
  const parsed = ParkedEntry.safeParse(value, { jitless: true })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw manifestInvalid(
    `${where}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not an entry'}`,
    parsed.error,
  )
}

function manifestInvalid(message: string, cause?: unknown): MigrationError {
  return new MigrationError('DATA_ARCHIVE_INVALID', message, {
    hint: 'Somebody has changed what is in the store. Look at who else can write to it; nothing was taken from it.',
    ...(cause === undefined ? {} : { cause }),
  })
}
