import { createHash, type Hash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ByteReader } from './byte-reader.ts'
import { archiveInvalid } from './tar-error.ts'
import { blockBytes } from './tar-header.ts'

/** Reads a regular file's content and gives its sha256. */
export async function readFileContent(reader: ByteReader, bytes: number): Promise<string> {
  const hash = createHash('sha256')
  await hashBytes(reader, bytes, hash)
  await skipPadding(reader, bytes)
  return hash.digest('hex')
}

/** Skips what fills the last block. */
async function skipPadding(reader: ByteReader, bytes: number): Promise<void> {
  const over = bytes % blockBytes
  if (over > 0) await reader.take(blockBytes - over)
}

/**
 * Reads a sparse file (GNU, pax version 1.0: the map stands before the data) and gives the sha256 of the whole file, zeros of
 * its holes included, as sha256sum would. Source: the GNU tar manual, "Storing Sparse Files, Version 1.0".
 */
export async function readSparseContent(
  reader: ByteReader,
  { raw, storedBytes, bytes }: { raw: string; storedBytes: number; bytes: number },
): Promise<string> {
  const { pieces, mapBytes } = await readMap(reader, raw)
  const hash = createHash('sha256')
  let at = 0
  let dataBytes = 0
  for (const [offset, length] of pieces) {
    if (offset < at || offset + length > bytes) throw archiveInvalid('the map of a sparse file is wrong', raw)
    await hashZeros(offset - at, hash)
    await hashBytes(reader, length, hash)
    at = offset + length
    dataBytes += length
  }
  if (mapBytes + dataBytes !== storedBytes) throw archiveInvalid('a sparse file has another size', raw)
  await hashZeros(bytes - at, hash)
  await skipPadding(reader, storedBytes)
  return hash.digest('hex')
}

async function readMap(
  reader: ByteReader,
  raw: string,
): Promise<{ pieces: readonly (readonly [number, number])[]; mapBytes: number }> {
  const numbers: number[] = []
  let pending = ''
  let mapBytes = 0
  const wanted = (): number => 1 + 2 * (numbers[0] ?? 0)
  do {
    mapBytes += blockBytes
    const lines = (pending + (await reader.take(blockBytes)).toString('latin1')).split('\n')
    pending = lines.pop() ?? ''
    for (const line of lines) {
      if (numbers.length > 0 && numbers.length >= wanted()) break
      const value = /^\d{1,16}$/.test(line) ? Number(line) : Number.NaN
      if (!Number.isSafeInteger(value))
        throw archiveInvalid('the map of a sparse file is no list of numbers', raw)
      numbers.push(value)
    }
    if (pending.length > blockBytes || (numbers[0] ?? 0) > maxPieces) {
      throw archiveInvalid('the map of a sparse file is too large', raw)
    }
  } while (numbers.length === 0 || numbers.length < wanted())
  const pieces = Array.from(
    { length: numbers[0] ?? 0 },
    (_, index) => [numbers[1 + 2 * index] ?? 0, numbers[2 + 2 * index] ?? 0] as const,
  )
  return { pieces, mapBytes }
}

async function hashBytes(reader: ByteReader, bytes: number, hash: Hash): Promise<void> {
  for (let left = bytes; left > 0;) {
    const part = await reader.some(left)
    hash.update(part)
    left -= part.length
  }
}

/** Gives other work a turn now and then: a terabyte of zeros takes minutes. */
async function hashZeros(bytes: number, hash: Hash): Promise<void> {
  for (let left = bytes, parts = 0; left > 0; parts++) {
    const length = Math.min(left, zeros.length)
    hash.update(zeros.subarray(0, length))
    left -= length
    if (parts % 16 === 15) await nextTurn()
  }
}

const zeros = Buffer.alloc(1024 * 1024)
const maxPieces = 1_000_000
