import { createHash } from 'node:crypto'
import { createByteReader, type ByteReader } from './byte-reader.ts'
import { archiveInvalid } from './tar-error.ts'
import { blockBytes } from './tar-header.ts'
import { readEnd, readHeaders } from './tar-reader.ts'

/** One file of the archive of an image. */
export interface ImageFile {
  sha256: string
  bytes: number
  /** What it says, of small files that may be JSON; undefined for all others. */
  text: string | undefined
}

/** The files of such an archive by their paths, those that are links with what they lead to. */
export type ImageFiles = ReadonlyMap<string, ImageFile>

/** How much such an archive may hold: what is more is refused, whoever made it. */
export interface ImageTarLimits {
  maxEntries: number
  maxBytes: number
}

/** What holds when nothing else is asked for. */
const imageTarLimits: ImageTarLimits = { maxEntries: 20_000, maxBytes: 1024 ** 4 }

/** Manifests of registries have at most 4 MiB; indices and configurations are smaller as a rule. */
const maxTextBytes = 4 * 1024 * 1024
const maxTextsBytes = 64 * 1024 * 1024
const maxLinks = 10

/**
 * Reads the archive of an image as it comes, an OCI layout or what `docker save` writes. Unlike the archive of a tree it may have
 * any order, and links (docker writes them for layers that are the same). Throws DATA_ARCHIVE_INVALID.
 */
export async function readImageTar(
  chunks: AsyncIterable<Uint8Array>,
  limits: ImageTarLimits = imageTarLimits,
): Promise<ImageFiles> {
  const reader = createByteReader(chunks)
  const files = new Map<string, ImageFile>()
  const links = new Map<string, string>()
  let entries = 0
  let bytes = 0
  let texts = 0
  for (;;) {
    const headers = await readHeaders(reader)
    if (headers === null) break
    const { header, raw, pax } = headers
    const path = plainPath(raw, '')
    entries += 1
    if (entries > limits.maxEntries)
      throw archiveInvalid(`it has more than ${limits.maxEntries} entries`, raw)
    if (files.has(path) || links.has(path)) throw archiveInvalid('a path stands twice', raw)
    const size = pax.size ?? header.size
    if (header.type === '5') {
      if (size > 0) throw archiveInvalid('an entry that is no file has content', raw)
    } else if (header.type === '1' || header.type === '2') {
      const from = header.type === '2' ? path.split('/').slice(0, -1).join('/') : ''
      links.set(path, plainPath(pax.link ?? header.link, from))
    } else if ((header.type === '0' || header.type === '\0') && pax.sparse === undefined && size >= 0) {
      bytes += size
      if (bytes > limits.maxBytes) throw archiveInvalid(`it has more than ${limits.maxBytes} bytes`, raw)
      const file = await readFile(reader, size, texts < maxTextsBytes)
      texts += file.text?.length ?? 0
      files.set(path, file)
    } else throw archiveInvalid(`entries of the type ${JSON.stringify(header.type)} are not allowed`, raw)
  }
  if (entries === 0) throw archiveInvalid('it is empty')
  await readEnd(reader)
  for (const path of links.keys()) {
    const file = fileBehind(path, { files, links })
    if (file !== undefined) files.set(path, file)
  }
  return files
}

async function readFile(reader: ByteReader, bytes: number, mayKeep: boolean): Promise<ImageFile> {
  const hash = createHash('sha256')
  const kept: Buffer[] = []
  let isText = mayKeep && bytes <= maxTextBytes
  for (let left = bytes; left > 0;) {
    const part = await reader.some(left)
    if (left === bytes) isText &&= part[0] === 0x7b || part[0] === 0x5b
    hash.update(part)
    if (isText) kept.push(Buffer.from(part))
    left -= part.length
  }
  const over = bytes % blockBytes
  if (over > 0) await reader.take(blockBytes - over)
  const text = isText ? Buffer.concat(kept).toString('utf8') : undefined
  return { sha256: hash.digest('hex'), bytes, text }
}

/** Without `.` and `..`; a path that leads out of the archive is refused. */
function plainPath(raw: string, from: string): string {
  if (raw.startsWith('/') || raw.includes('\0')) throw archiveInvalid('a path leads out of it', raw)
  const parts = from === '' ? [] : from.split('/')
  for (const part of raw.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) throw archiveInvalid('a path leads out of it', raw)
  }
  return parts.join('/')
}

function fileBehind(
  path: string,
  { files, links }: { files: ReadonlyMap<string, ImageFile>; links: ReadonlyMap<string, string> },
): ImageFile | undefined {
  let at = path
  for (let step = 0; step < maxLinks; step += 1) {
    const next = links.get(at)
    if (next === undefined) return files.get(at)
    at = next
  }
  throw archiveInvalid('its links lead nowhere', path)
}
