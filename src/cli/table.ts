import { styleText } from 'node:util'
import { visibleLine } from '../model/visible-text.ts'
import { displayWidth } from './display-width.ts'
import { wrapText } from './wrap-text.ts'

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

/** Aligned text without borders; in a terminal the widest columns are wrapped or cut so that all fit beside each other. */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): string {
  const cells = [header, ...rows].map((row) => row.map(visibleLine))
  const natural = header.map((_, column) => Math.max(...cells.map((row) => displayWidth(row[column] ?? ''))))
  const widths = options.columns === undefined ? natural : fit(natural, options.columns, options.wrap)
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
function fit(natural: readonly number[], columns: number, wrap: ReadonlySet<number> = new Set()): number[] {
  const wrapped = shrink(natural, columns, { least: narrowestWrapped, isMeant: (column) => wrap.has(column) })
  return shrink(wrapped, columns, { least: narrowest, isMeant: () => true })
}

/** Takes from the widest column that is meant until all fit, but leaves each a few letters. */
function shrink(
  natural: readonly number[],
  columns: number,
  { least, isMeant }: { least: number; isMeant: (column: number) => boolean },
): number[] {
  const widths = [...natural]
  const room = columns - gap * (widths.length - 1)
  let over = widths.reduce((sum, width) => sum + width, 0) - room
  while (over > 0) {
    const meant = widths.filter((_, column) => isMeant(column))
    const widest = Math.max(least, ...meant)
    if (widest === least) break
    const second = Math.max(least, ...meant.filter((width) => width < widest))
    const same = meant.filter((width) => width === widest).length
    const take = Math.max(1, Math.min(widest - second, Math.ceil(over / same)))
    for (const [column, width] of widths.entries()) {
      if (!isMeant(column) || width !== widest || over <= 0) continue
      const less = Math.min(take, over)
      widths[column] = width - less
      over -= less
    }
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
