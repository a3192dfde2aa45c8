import { archiveInvalid } from './tar-error.ts'

/** A block of tar, and the size of one. */
export const blockBytes = 512

/** What the block before an entry says. Names are strings of one character a byte. */
export interface TarHeader {
  type: string
  name: string
  link: string
  mode: number
  uid: number
  gid: number
  size: number
  mtime: number
  major: number
  minor: number
}

/**
 * Reads a header of ustar, pax or GNU tar; null for a block of zeros. Throws DATA_ARCHIVE_INVALID.
 * Source: POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar's src/tar.h.
 */
export function readHeader(block: Buffer): TarHeader | null {
  if (block.equals(zeros)) return null
  if (number(block, fields.checksum) !== checksumOf(block)) {
    throw archiveInvalid('a header has a wrong checksum')
  }
  const magic = block.toString('latin1', 257, 265)
  if (magic !== 'ustar\u000000' && magic !== 'ustar  \0') {
    throw archiveInvalid('a header is not of ustar, pax or GNU tar')
  }
  const prefix = magic === 'ustar\u000000' ? text(block, 345, 155) : ''
  const name = text(block, 0, 100)
  return {
    type: String.fromCharCode(block[156] ?? 0),
    name: prefix === '' ? name : `${prefix}/${name}`,
    link: text(block, 157, 100),
    mode: number(block, fields.mode) & 0o7777,
    uid: number(block, fields.uid),
    gid: number(block, fields.gid),
    size: number(block, fields.size),
    mtime: number(block, fields.mtime),
    major: number(block, fields.major),
    minor: number(block, fields.minor),
  }
}

const zeros = Buffer.alloc(blockBytes)

/** Where numbers stand: offset and length. */
const fields = {
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  major: [329, 8],
  minor: [337, 8],
} as const

function checksumOf(block: Buffer): number {
  let sum = 8 * 0x20
  for (let index = 0; index < blockBytes; index++) {
    if (index < 148 || index >= 156) sum += block[index] ?? 0
  }
  return sum
}

function text(block: Buffer, offset: number, length: number): string {
  const field = block.toString('latin1', offset, offset + length)
  const end = field.indexOf('\0')
  return end < 0 ? field : field.slice(0, end)
}

/** Octal digits, or (GNU, star) big-endian with the first bit set. */
function number(block: Buffer, [offset, length]: readonly [number, number]): number {
  const first = block[offset] ?? 0
  if (first >= 0x80) return bigNumber(block.subarray(offset, offset + length))
  const digits = text(block, offset, length).trim()
  if (!/^[0-7]*$/.test(digits)) throw archiveInvalid('a number in a header is not octal')
  return digits === '' ? 0 : Number.parseInt(digits, 8)
}

function bigNumber(field: Buffer): number {
  const first = field[0] ?? 0
  const isNegative = first === 0xff
  if (!isNegative && first !== 0x80) throw archiveInvalid('a number in a header is too large')
  let value = 0n
  for (const byte of field.subarray(1)) value = (value << 8n) | BigInt(byte)
  if (isNegative) value -= 1n << BigInt(8 * (field.length - 1))
  const result = Number(value)
  if (!Number.isSafeInteger(result)) throw archiveInvalid('a number in a header is too large')
  return result
}
