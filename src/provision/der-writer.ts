import { derTags } from '../model/der-reader.ts'

/** One value of DER: tag, length as short as can be, content. Source: ITU-T X.690 (02/2021), sections 8.1 and 10. */
export function derValue(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag]), lengthOctets(content.length), content])
}

export function derSequence(...parts: readonly Uint8Array[]): Buffer {
  return derValue(derTags.sequence, ...parts)
}

/** A positive number, given as its bytes with the highest first. */
export function derInteger(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = first === -1 ? Buffer.from([0]) : Buffer.from(bytes.subarray(first))
  // The highest bit is the sign.
  const sign = (digits[0] ?? 0) >= 0x80 ? [Buffer.from([0])] : []
  return derValue(derTags.integer, ...sign, digits)
}

/** Bits that fill whole bytes, but for `unused` of the last. */
export function derBits(bytes: Uint8Array, unused = 0): Buffer {
  return derValue(derTags.bitString, Buffer.from([unused]), bytes)
}

/** An object identifier that is written in dots. */
export function derOid(text: string): Buffer {
  const [root = 0, second = 0, ...rest] = text.split('.').map(Number)
  return derValue(derTags.oid, ...[root * 40 + second, ...rest].map(base128))
}

function base128(number: number): Buffer {
  const digits = [number & 0x7f]
  for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128))
    digits.unshift((left & 0x7f) | 0x80)
  return Buffer.from(digits)
}

function lengthOctets(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const digits = Buffer.from(
    length.toString(16).padStart(length > 0xffff ? 6 : length > 0xff ? 4 : 2, '0'),
    'hex',
  )
  return Buffer.concat([Buffer.from([0x80 + digits.length]), digits])
}
