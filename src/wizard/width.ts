import stringWidth from 'string-width'

const segmenter = new Intl.Segmenter()

/** Columns that a text takes on a terminal; Chinese characters take two. */
export function widthOf(text: string): number {
  return stringWidth(text)
}

/** Cuts a text to so many columns, with `…` in place of what is left out. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let width = 0
  let kept = ''
  for (const { segment } of segmenter.segment(text)) {
    width += widthOf(segment)
    if (width > columns - 1) break
    kept += segment
  }
  return columns < 1 ? '' : `${kept}…`
}

/** Fills a text with spaces up to so many columns, or cuts it. */
export function pad(text: string, columns: number): string {
  const short = cut(text, columns)
  return short + ' '.repeat(Math.max(0, columns - widthOf(short)))
}

/** Fills on the left, for numbers. */
export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - widthOf(text))) + text
}

/**
 * Breaks a text into lines of at most so many columns, at spaces, and between Chinese characters; later lines are
 * indented. Line feeds in the text stay.
 */
export function wrap(text: string, columns: number, indent = ''): string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    if (widthOf(paragraph) <= columns) {
      lines.push(paragraph.trimEnd())
      continue
    }
    let line = ''
    for (const piece of pieces(paragraph)) {
      const start = lines.length === 0 ? '' : indent
      if (line === '') line = start
      if (widthOf(line + piece.trimEnd()) > columns && line.trim() !== '') {
        lines.push(line.trimEnd())
        line = indent
      }
      line += line === indent ? piece.trimStart() : piece
      while (widthOf(line) > columns && widthOf(line.trimEnd()) > columns) {
        const head = cut(line.trimEnd(), columns + 1).slice(0, -1)
        lines.push(head)
        line = indent + line.slice(head.length)
      }
    }
    lines.push(line.trimEnd())
  }
  return lines
}

/** Words with the spaces after them; every wide character is a piece of its own. */
function pieces(text: string): string[] {
  const found: string[] = []
  let word = ''
  for (const { segment } of segmenter.segment(text)) {
    const isWide = widthOf(segment) > 1
    if (isWide && word !== '') found.push(word)
    if (isWide) {
      found.push(segment)
      word = ''
    } else if (segment === ' ') {
      found.push(`${word} `)
      word = ''
    } else word += segment
  }
  return word === '' ? found : [...found, word]
}
