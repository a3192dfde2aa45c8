import { MigrationError } from '../model/errors.ts'

/** One row: its fields, and the 1-based line on which it starts. */
export interface CsvRow {
  fields: string[]
  line: number
}

/**
 * Reads RFC 4180 text: quoted fields with commas, quotes and line breaks in them. The delimiter is the one of `,`, `;`
 * and tab that the first line has most. Empty lines are skipped. Throws DOCUMENT_INVALID with file:line.
 */
export function parseCsv(text: string, file: string): CsvRow[] {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text
  const delimiter = detectDelimiter(source)
  const rows: CsvRow[] = []
  let line = 1
  let at = 0
  while (at < source.length) {
    const row: CsvRow = { fields: [], line }
    for (let more = true; more;) {
      const field = readField(source, at, { delimiter, file, line })
      row.fields.push(field.text)
      line += field.breaks
      at = field.end
      more = source[at] === delimiter
      if (more) at += 1
    }
    if (source[at] === '\r') at += 1
    if (source[at] === '\n') at += 1
    line += 1
    if (row.fields.length > 1 || row.fields[0] !== '') rows.push(row)
  }
  return rows
}

/** Writes rows as RFC 4180 text; the inverse of `parseCsv`. */
export function renderCsv(rows: readonly (readonly string[])[]): string {
  const field = (text: string): string =>
    /[",;\t\r\n]|^\uFEFF/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('')
}

interface FieldContext {
  delimiter: string
  file: string
  line: number
}

function readField(
  source: string,
  start: number,
  { delimiter, file, line }: FieldContext,
): { text: string; end: number; breaks: number } {
  if (source[start] !== '"') {
    let end = start
    while (end < source.length && !isFieldEnd(source[end], delimiter)) end += 1
    return { text: source.slice(start, end), end, breaks: 0 }
  }
  let text = ''
  let at = start + 1
  for (;;) {
    const close = source.indexOf('"', at)
    if (close < 0) throw invalid(file, line, 'a quoted field does not end')
    text += source.slice(at, close)
    at = close + 1
    if (source[at] !== '"') break
    text += '"'
    at += 1
  }
  if (at < source.length && !isFieldEnd(source[at], delimiter))
    throw invalid(file, line, `text after the closing quote of ${JSON.stringify(text.slice(0, 40))}`)
  return { text, end: at, breaks: text.split(/\r\n|[\n\r]/).length - 1 }
}

function isFieldEnd(char: string | undefined, delimiter: string): boolean {
  return char === delimiter || char === '\n' || char === '\r'
}

function detectDelimiter(source: string): string {
  const head = source.slice(0, source.search(/[\r\n]|$/)).replaceAll(/"[^"]*"/g, '')
  const counts = [',', ';', '\t'].map((char) => ({ char, count: head.split(char).length }))
  return counts.sort((a, b) => b.count - a.count)[0]?.char ?? ','
}

function invalid(file: string, line: number, what: string): MigrationError {
  return new MigrationError('DOCUMENT_INVALID', `${file}:${line}: ${what}`, {
    hint: 'fields with the delimiter, quotes or line breaks go in double quotes; quotes inside are doubled',
    details: { file, line },
  })
}
