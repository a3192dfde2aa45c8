/** X.509 certificates as the script prints them: base64 of the DER, in lines of 64 characters. */
const certificate = /^MI[A-Za-z0-9+/]{62}(?:\n[A-Za-z0-9+/]{1,64}={0,2})*$/gm
const constructed = 0x20
/** UTF8String, PrintableString and IA5String (X.680, section 8.4). */
const stringTags = new Set([0x0c, 0x13, 0x16])

/** Replaces a text in the names inside of certificates too, where a search of the answer does not see it. */
export function editCertificates(text: string, { from, to }: { from: string; to: string }): string {
  return text.replaceAll(certificate, (lines) => {
    const der = atob(lines.replaceAll('\n', ''))
    if (!der.includes(from)) return lines
    const changed = btoa(editElements(der, { from, to: bytesOf(to) }))
    return changed.replaceAll(/.{64}(?=.)/g, '$&\n')
  })
}

/** DER (X.690) of any depth, as a string of bytes; the lengths follow what is inside. */
function editElements(der: string, edit: { from: string; to: string }): string {
  let result = ''
  for (let at = 0; at < der.length;) {
    const tag = der.charCodeAt(at)
    const { start, length } = lengthAt(der, at + 1)
    const content = der.slice(start, start + length)
    const isNest = (tag & constructed) !== 0
    const changed = isNest
      ? editElements(content, edit)
      : stringTags.has(tag)
        ? content.replaceAll(edit.from, () => edit.to)
        : content
    result += String.fromCharCode(tag) + lengthOf(changed.length) + changed
    at = start + length
  }
  return result
}

function lengthAt(der: string, at: number): { start: number; length: number } {
  const first = der.charCodeAt(at)
  if (first < 0x80) return { start: at + 1, length: first }
  const wide = first & 0x7f
  let length = 0
  for (const byte of der.slice(at + 1, at + 1 + wide)) length = length * 256 + byte.charCodeAt(0)
  return { start: at + 1 + wide, length }
}

function lengthOf(length: number): string {
  if (length < 0x80) return String.fromCharCode(length)
  let bytes = ''
  for (let left = length; left > 0; left = Math.floor(left / 256))
    bytes = String.fromCharCode(left % 256) + bytes
  return String.fromCharCode(0x80 + bytes.length) + bytes
}

function bytesOf(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
}
