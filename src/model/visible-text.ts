/**
 * Characters that must never reach a terminal, a log or a page as they are: controls (C0, C1, DEL, so ESC too), format
 * characters (bidirectional overrides, zero-width, byte order mark, tags), line separators, lone surrogates.
 */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** Text from a host on one line: hidden characters are shown as `\x1b`, `\n`, `\u202e`. */
export function visibleLine(text: string): string {
  return text.replace(hidden, escapeHidden)
}

/** Text from a host that may have several lines: as visibleLine, but line feeds and tabs stay. */
export function visibleBlock(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(hidden, (character) =>
      character === '\n' || character === '\t' ? character : escapeHidden(character),
    )
}

/** At most `length` characters, with the number of those left out. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text
  const end = /[\uD800-\uDBFF]/.test(text.charAt(length - 1)) ? length - 1 : length
  return `${text.slice(0, end)} … (+${text.length - end})`
}

function escapeHidden(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\t') return '\\t'
  if (character === '\r') return '\\r'
  const code = character.codePointAt(0) ?? 0
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  return code < 0x1_00_00 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`
}
