/**
 * Names of files are bytes. Inside the reader they are strings of one character a byte (latin1), whose order is that of the
 * bytes; to people and documents they are told as text, and every name has exactly one text.
 */
export function toldBytes(raw: string): string {
  if (isPlain(raw)) return Buffer.from(raw, 'latin1').toString('utf8')
  const escaped = raw.replaceAll(/[^ -&(-[\]-~]/g, (character) => {
    if (character === "'" || character === '\\') return `\\${character}`
    return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`
  })
  return `$'${escaped}'`
}

/** The bytes of a text that `toldBytes` has made. */
export function untoldBytes(text: string): string {
  if (!text.startsWith("$'") || !text.endsWith("'")) return Buffer.from(text, 'utf8').toString('latin1')
  return text
    .slice(2, -1)
    .replaceAll(/\\(?:([0-7]{3})|(.))/g, (_, octal: string | undefined, self: string | undefined) =>
      octal === undefined ? (self ?? '') : String.fromCharCode(Number.parseInt(octal, 8)),
    )
}

/** Whole UTF-8, and not to be taken for an escaped name. */
function isPlain(raw: string): boolean {
  if (raw.startsWith("$'")) return false
  if (asciiOnly.test(raw)) return true
  const bytes = Buffer.from(raw, 'latin1')
  return Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes)
}

const asciiOnly = /^\p{ASCII}*$/u
