/** One value of DER: its identifier octet, and what is in it. */
export interface DerValue {
  tag: number
  content: Uint8Array
}

/** What is not DER, or not of the shape that was asked for. Its reader makes something of it for people. */
export class DerError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DerError'
  }
}

export const derTags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  boolean: 0x01,
  sequence: 0x30,
  set: 0x31,
} as const

/**
 * Reads values one after the other; throws DerError unless they fill the bytes exactly. Lengths must be definite and as short
 * as can be, tags below 31. Source: ITU-T X.690 (02/2021), sections 8.1 and 10.
 */
export function readValues(bytes: Uint8Array): DerValue[] {
  const values: DerValue[] = []
  let at = 0
  while (at < bytes.length) {
    const { value, end } = readValue(bytes, at)
    values.push(value)
    at = end
  }
  return values
}

/** The values in a value of that tag; throws DerError when it has another. */
export function childrenOf(value: DerValue | undefined, tag: number): DerValue[] {
  return readValues(contentOf(value, tag))
}

/** The content of a value of that tag; throws DerError when it is missing or has another. */
export function contentOf(value: DerValue | undefined, tag: number): Uint8Array {
  if (value?.tag === tag) return value.content
  throw new DerError(`tag ${String(value?.tag)} instead of ${tag}`)
}

function readValue(bytes: Uint8Array, start: number): { value: DerValue; end: number } {
  const tag = byteAt(bytes, start)
  if ((tag & 0x1f) === 0x1f) throw new DerError('a tag of more than one octet')
  const first = byteAt(bytes, start + 1)
  const more = first < 0x80 ? 0 : first - 0x80
  if (first === 0x80 || more > 3) throw new DerError('an indefinite or too large length')
  let length = first < 0x80 ? first : 0
  for (let index = 0; index < more; index += 1) length = length * 256 + byteAt(bytes, start + 2 + index)
  if (more > 0 && (length < 0x80 || length < 256 ** (more - 1)))
    throw new DerError('a length that could be shorter')
  const from = start + 2 + more
  const end = from + length
  if (end > bytes.length) throw new DerError('a value that ends behind the bytes')
  return { value: { tag, content: bytes.subarray(from, end) }, end }
}

function byteAt(bytes: Uint8Array, index: number): number {
  const byte = bytes[index]
  if (byte === undefined) throw new DerError('a value that is cut off')
  return byte
}

/** An object identifier in dots. */
export function oidText(content: Uint8Array): string {
  const parts: number[] = []
  let part = 0
  let isOpen = false
  for (const byte of content) {
    if (!isOpen && byte === 0x80) throw new DerError('an object identifier with a leading zero')
    part = part * 128 + (byte & 0x7f)
    if (part > Number.MAX_SAFE_INTEGER / 128) throw new DerError('an object identifier that is too large')
    isOpen = byte >= 0x80
    if (isOpen) continue
    parts.push(part)
    part = 0
  }
  const [first] = parts
  if (isOpen || first === undefined) throw new DerError('an object identifier that is cut off')
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - root * 40, ...parts.slice(1)].join('.')
}
