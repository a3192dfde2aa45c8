import { shorten, visibleLine } from '../model/visible-text.ts'

/** A table of cells that are Markdown already. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Any text as one line of plain words: no markup, link, mention, HTML or table cell can come out of it. */
export function inert(text: string): string {
  return shorten(visibleLine(text), 1000)
    .replace(/[&<>@|]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[\\`*[\]~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\$&`)
    .replace(/:(?=\/\/)|(?<=\bwww)\./gi, (character) => `&#${character.charCodeAt(0)};`)
}
