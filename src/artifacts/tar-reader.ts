import type { ParkedEntry } from '../model/artifact-port.ts'
import { createByteReader, type ByteReader } from './byte-reader.ts'
import { toldBytes } from './byte-text.ts'
import { readFileContent, readSparseContent } from './tar-content.ts'
import { archiveInvalid } from './tar-error.ts'
import { blockBytes, readHeader, type TarHeader } from './tar-header.ts'
import { readPax, type PaxFacts } from './tar-pax.ts'
import { createTreeOrder, safePath } from './tree-order.ts'

/** How much an archive may hold: what is more is refused, whoever made it. */
export interface TarLimits {
  maxEntries: number
  /** Of regular files, holes included: they are hashed. */
  maxBytes: number
}

/**
 * Reads the archive of a tree as it comes and tells each entry, with the sha256 of each regular file. It holds a header, a
 * chunk and the open directories, however large the archive is, and asks for a chunk only when all before it is judged.
 * Throws DATA_ARCHIVE_INVALID for anything that GNU tar does not make of a sorted tree, or that leads out of it.
 */
export async function* readTar(
  chunks: AsyncIterable<Uint8Array>,
  limits: TarLimits,
): AsyncGenerator<ParkedEntry, void, undefined> {
  const reader = createByteReader(chunks)
  const order = createTreeOrder()
  let entries = 0
  let bytes = 0
  for (;;) {
    const headers = await readHeaders(reader)
    if (headers === null) break
    const { header, raw, pax } = headers
    const type = types[header.type]
    if (type === undefined) {
      throw archiveInvalid(`entries of the type ${JSON.stringify(header.type)} are not allowed`, raw)
    }
    const path = safePath(raw)
    order.accept(path, type === 'directory')
    const size = contentBytes(type, header, pax)
    entries += 1
    bytes += size
    if (entries > limits.maxEntries)
      throw archiveInvalid(`it has more than ${limits.maxEntries} entries`, raw)
    if (bytes > limits.maxBytes) throw archiveInvalid(`it has more than ${limits.maxBytes} bytes`, raw)
    const storedBytes = pax.size ?? header.size
    if (type !== 'file' && storedBytes > 0) throw archiveInvalid('an entry that is no file has content', raw)
    const link = linkOf(type, { raw, link: pax.link ?? header.link })
    yield {
      path: toldBytes(path),
      type,
      mode: header.mode,
      uid: pax.uid ?? header.uid,
      gid: pax.gid ?? header.gid,
      mtime: pax.mtime ?? header.mtime,
      bytes: size,
      sha256: type === 'file' ? await readContent(reader, { raw, storedBytes, pax }) : null,
      link: link === null ? null : toldBytes(link),
      device: type === 'character' || type === 'block' ? `${header.major}:${header.minor}` : null,
      xattrs: xattrsOf(pax),
    }
  }
  if (entries === 0) throw archiveInvalid('it is empty')
  await readEnd(reader)
}

const types: Readonly<Record<string, ParkedEntry['type']>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
}

/** What stands before the content of an entry. */
export interface Headers {
  header: TarHeader
  /** The name of the entry, wherever it stood. */
  raw: string
  pax: PaxFacts
}

/** The header of the next entry with those before it that say more of it; null at the end. */
export async function readHeaders(reader: ByteReader): Promise<Headers | null> {
  let pax: PaxFacts | null = null
  let longName: string | null = null
  let longLink: string | null = null
  for (;;) {
    const header = readHeader(await reader.take(blockBytes))
    if (header === null) {
      if (pax !== null || longName !== null || longLink !== null)
        throw archiveInvalid('a header has no entry')
      return null
    }
    if (header.type === 'x') {
      if (pax !== null) throw archiveInvalid('an entry has two pax headers')
      pax = readPax(await readBody(reader, header))
    } else if (header.type === 'L') longName = untilNul(await readBody(reader, header))
    else if (header.type === 'K') longLink = untilNul(await readBody(reader, header))
    else {
      const raw = pax?.sparse?.name ?? pax?.path ?? longName ?? header.name
      return {
        header: longLink === null ? header : { ...header, link: longLink },
        raw,
        pax: pax ?? { xattrs: new Map() },
      }
    }
  }
}

async function readBody(reader: ByteReader, { size }: TarHeader): Promise<Buffer> {
  if (size > maxHeaderBytes) throw archiveInvalid(`a header has more than ${maxHeaderBytes} bytes`)
  const whole = await reader.take(Math.ceil(size / blockBytes) * blockBytes)
  // A copy: what the reader gives is valid until its next call.
  return Buffer.from(whole.subarray(0, size))
}

/** Of XFS all attributes of a file may be larger: tar itself holds them in memory, too. */
const maxHeaderBytes = 8 * 1024 * 1024

function untilNul(body: Buffer): string {
  const text = body.toString('latin1')
  const end = text.indexOf('\0')
  return end < 0 ? text : text.slice(0, end)
}

function contentBytes(type: ParkedEntry['type'], header: TarHeader, pax: PaxFacts): number {
  if (type !== 'file') return 0
  const bytes = pax.sparse?.bytes ?? pax.size ?? header.size
  if (bytes < 0) throw archiveInvalid('a size is below zero')
  return bytes
}

async function readContent(
  reader: ByteReader,
  { raw, storedBytes, pax }: { raw: string; storedBytes: number; pax: PaxFacts },
): Promise<string> {
  if (pax.sparse === undefined) return await readFileContent(reader, storedBytes)
  return await readSparseContent(reader, { raw, storedBytes, bytes: pax.sparse.bytes })
}

/** Hard links are entries of the archive and lead nowhere else; symbolic links may say what they want, nothing follows them. */
function linkOf(type: ParkedEntry['type'], { raw, link }: { raw: string; link: string }): string | null {
  if (type === 'hardlink') return safePath(link)
  if (type !== 'symlink') return null
  if (link === '' || link.includes('\0')) throw archiveInvalid('a symbolic link has no target', raw)
  return link
}

function xattrsOf({ xattrs }: PaxFacts): ParkedEntry['xattrs'] {
  return [...xattrs]
    .map(([name, value]) => ({ name: toldBytes(name), value: value.toString('base64') }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** After the first block of zeros comes a second one, and zeros until the end of the last record. */
export async function readEnd(reader: ByteReader): Promise<void> {
  let zeros = 0
  for (let part = await reader.rest(); part !== null; part = await reader.rest()) {
    zeros += part.length
    if (part.some((byte) => byte !== 0)) throw archiveInvalid('something stands behind its end')
    if (zeros > maxEndBytes) throw archiveInvalid('its end is too long')
  }
  if (zeros < blockBytes) throw archiveInvalid('it ends too early')
}

/** Records of 20 blocks are the rule; tar allows larger ones. */
const maxEndBytes = 1024 * 1024
