import { styleText } from 'node:util'
import { visibleLine } from '../model/visible-text.ts'
import { displayWidth } from './display-width.ts'
import { flagWidth, wrapText } from './wrap-text.ts'

export interface TableOptions {
  /** Terminal width; undefined leaves every cell whole, for pipes and files. */
  columns: number | undefined
  colour: boolean
  /** Indexes of columns that are numbers. */
  right?: ReadonlySet<number>
  /** Indexes of columns that people must be able to read whole: they take more lines where others are cut. */
  wrap?: ReadonlySet<number>
}

const gap = 2
const narrowest = 6
const narrowestWrapped = 16
/** A flag is left whole up to here. */
const widestFlag = 40

/** Aligned text without borders; in a terminal the widest columns are wrapped or cut so that all fit beside each other. */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): string {
  const cells = [header, ...rows].map((row) => row.map(visibleLine))
  const natural = header.map((_, column) => Math.max(...cells.map((row) => displayWidth(row[column] ?? ''))))
  const widths = options.columns === undefined ? natural : fit(cells, natural, options)
  const lines = cells.flatMap((row, index) =>
    linesOf(row, widths, options).map((text) =>
      index === 0 && options.colour ? styleText('bold', text, { validateStream: false }) : text,
    ),
  )
  return `${lines.join('\n')}\n`
}

/** One row: a line, or several where a cell is wrapped. */
function linesOf(row: readonly string[], widths: readonly number[], { wrap, right }: TableOptions): string[] {
  const cells = widths.map((width, column) => {
    const cell = row[column] ?? ''
    return wrap?.has(column) === true ? wrapText(cell, width) : [cut(cell, width)]
  })
  const height = Math.max(1, ...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) =>
    widths
      .map((width, column) => pad(cells[column]?.[line] ?? '', width, right?.has(column)))
      .join(' '.repeat(gap))
      .trimEnd(),
  )
}

/** What is wrapped gives way first: nothing of it is lost. */
function fit(
  cells: readonly (readonly string[])[],
  natural: readonly number[],
  { columns = Number.POSITIVE_INFINITY, wrap = new Set() }: TableOptions,
): number[] {
  const room = columns - gap * (natural.length - 1)
  const flags = natural.map((_, column) => Math.max(...cells.map((row) => flagWidth(row[column] ?? ''))))
  const wrapped = shrink(natural, room, (column) =>
    wrap.has(column)
      ? Math.max(narrowestWrapped, Math.min(widestFlag, flags[column] ?? 0))
      : Number.POSITIVE_INFINITY,
  )
  return shrink(wrapped, room, () => narrowest)
}

/** Takes from the widest columns until all fit, but leaves each its least. */
function shrink(natural: readonly number[], room: number, least: (column: number) => number): number[] {
  const capped = (most: number): number[] =>
    natural.map((width, column) => Math.min(width, Math.max(most, least(column))))
  const sum = (widths: readonly number[]): number => widths.reduce((total, width) => total + width, 0)
  let [low, high] = [0, Math.max(0, ...natural)]
  if (sum(natural) <= room) return [...natural]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (sum(capped(middle)) <= room) low = middle
    else high = middle - 1
  }
  const widths = capped(low)
  let left = room - sum(widths)
  for (let column = widths.length - 1; column >= 0 && left > 0; column -= 1) {
    const width = widths[column] ?? 0
    if (width !== low || width >= (natural[column] ?? 0)) continue
    widths[column] = width + 1
    left -= 1
  }
  return widths
}

/** The first `width` columns of a text, with `…` when something is left out. */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let kept = ''
  let used = 0
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const next = displayWidth(segment)
    if (used + next > width - 1) break
    kept += segment
    used += next
  }
  return `${kept}…`
}

function pad(text: string, width: number, right = false): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return right ? space + text : text + space
}
