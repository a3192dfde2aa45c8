/** A number of [0, 1) that a text decides: the same text, the same number. FNV-1a, then the finisher of MurmurHash3. */
export function seededShare(text: string): number {
  return seededWord(text) / 2 ** 32
}

/** So many hexadecimal digits that a text decides. */
export function seededHex(text: string, digits: number): string {
  let hex = ''
  for (let part = 0; hex.length < digits; part += 1)
    hex += seededWord(`${text}#${part}`).toString(16).padStart(8, '0')
  return hex.slice(0, digits)
}

/** The same as a UUID of version 4. */
export function seededUuid(text: string): string {
  const hex = seededHex(text, 32)
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16)
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20),
  ]
  return parts.join('-')
}

function seededWord(text: string): number {
  let word = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) word = Math.imul(word ^ byte, 0x01000193)
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35)
  return (word ^ (word >>> 16)) >>> 0
}
