import type { FileHandle } from 'node:fs/promises'
import { MigrationError } from '../model/errors.ts'
import { decodeUtf8 } from './read-bounded.ts'

const maxLineBytes = 64 * 1024 * 1024
const chunkBytes = 256 * 1024
const newline = 10

/**
 * Lines of a file, split at line feeds only (node:readline also splits at U+2028, which JSON allows in strings).
 * Each line is bounded, and must be UTF-8.
 */
export async function* readLines(file: FileHandle, path: string): AsyncGenerator<string> {
  let rest: Uint8Array[] = []
  let restBytes = 0
  let line = 1
  for (let position = 0; ;) {
    const chunk = new Uint8Array(chunkBytes)
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, position)
    if (bytesRead === 0) break
    position += bytesRead
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0 && end < bytesRead; end = chunk.indexOf(newline, start)) {
      yield decodeUtf8(Buffer.concat([...rest, chunk.subarray(start, end)]), `${path}:${line}`)
      rest = []
      restBytes = 0
      start = end + 1
      line += 1
    }
    rest.push(chunk.subarray(start, bytesRead))
    restBytes += bytesRead - start
    if (restBytes > maxLineBytes)
      throw new MigrationError('DOCUMENT_TOO_LARGE', `${path}:${line} is longer than ${maxLineBytes} bytes`)
  }
  if (restBytes > 0) yield decodeUtf8(Buffer.concat(rest), `${path}:${line}`)
}

/** The last line of a file (without its line feed), found from the end; empty for an empty file. */
export async function readLastLine(file: FileHandle, path: string): Promise<string> {
  const { size } = await file.stat()
  const blocks: Uint8Array[] = []
  let end = size
  let found = false
  while (end > 0 && !found && size - end < maxLineBytes) {
    const start = Math.max(0, end - chunkBytes)
    const block = new Uint8Array(end - start)
    await file.read(block, 0, block.length, start)
    const last = end === size && block.at(-1) === newline ? block.length - 2 : block.length - 1
    const at = block.lastIndexOf(newline, last)
    found = at >= 0
    blocks.unshift(block.subarray(at + 1))
    end = start
  }
  const text = decodeUtf8(Buffer.concat(blocks), path)
  return text.endsWith('\n') ? text.slice(0, -1) : text
}
