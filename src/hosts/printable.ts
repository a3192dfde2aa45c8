/** Text from a host made safe for a message: control and bidi characters escaped, one line, at most `limit` characters. */
export function printable(text: string, limit = 300): string {
  const shown = text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' | ')
    .replaceAll(unsafe, (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
  return shown.length <= limit ? shown : `${shown.slice(0, limit)}...`
}

/** Control (C0, DEL, C1) and format characters (bidirectional controls, zero width, BOM), and the Unicode line ends. */
const unsafe = /[\p{Cc}\p{Cf}\u2028\u2029]/gu
