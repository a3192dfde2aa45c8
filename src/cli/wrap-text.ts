import { displayWidth } from './display-width.ts'

/**
 * A text in lines of at most `width` columns, broken at spaces and between Chinese characters, inside a word only when it is
 * longer; a flag begins a line of its own then.
 */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  const put = (piece: string): void => {
    if (displayWidth(line + piece.trimEnd()) <= width) line += piece
    else {
      if (line !== '') lines.push(line.trimEnd())
      line = piece
    }
  }
  for (const piece of pieces(text)) {
    if (displayWidth(piece.trimEnd()) <= width) {
      put(piece)
      continue
    }
    if (flag.test(piece) && line !== '') {
      lines.push(line.trimEnd())
      line = ''
    }
    for (const { segment } of new Intl.Segmenter().segment(piece)) put(segment)
  }
  lines.push(line.trimEnd())
  return lines
}

/** `--flag`, also behind a bracket or a quotation mark. */
const flag = /^\W*--[a-z]/

/** Columns of the longest flag of a text: whoever copies a part of it gets another one. */
export function flagWidth(text: string): number {
  return Math.max(
    0,
    ...pieces(text).flatMap((piece) => (flag.test(piece) ? [displayWidth(piece.trimEnd())] : [])),
  )
}

/** The same with every line but the first moved to the right, for lists. */
export function wrapIndented(text: string, width: number): string[] {
  const indent = /^ *(?:[→✖✔?!·] )?/.exec(text)?.[0].length ?? 0
  if (width - indent < 20) return [text]
  const [first = '', ...rest] = wrapText(text.slice(indent), width - indent)
  return [text.slice(0, indent) + first, ...rest.map((line) => `${' '.repeat(indent)}${line}`)]
}

/** Words with the spaces behind them; a Chinese character is a word, with the punctuation that may not begin a line. */
function pieces(text: string): string[] {
  return (
    text.match(
      /[\u2e80-\u9fff\uf900-\ufaff][，。；：、！？）》”]*|[^\s\u2e80-\u9fff\uf900-\ufaff]+\s*|\s+/gu,
    ) ?? []
  )
}
