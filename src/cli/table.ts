import { styleText } from 'node:util'
import { visibleLine } from '../model/visible-text.ts'
import { displayWidth } from './display-width.ts'

export interface TableOptions {
  /** Terminal width; undefined leaves every cell whole, for pipes and files. */
  columns: number | undefined
  colour: boolean
  /** Indexes of columns that are numbers. */
  right?: ReadonlySet<number>
}

const gap = 2
const narrowest = 6

/** Aligned text without borders; in a terminal the widest columns are cut so that a row stays on one line. */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): string {
  const cells = [header, ...rows].map((row) => row.map(visibleLine))
  const natural = header.map((_, column) => Math.max(...cells.map((row) => displayWidth(row[column] ?? ''))))
  const widths = options.columns === undefined ? natural : fit(natural, options.columns)
  const lines = cells.map((row, index) => {
    const line = widths.map((width, column) =>
      pad(cut(row[column] ?? '', width), width, options.right?.has(column)),
    )
    const text = line.join(' '.repeat(gap)).trimEnd()
    return index === 0 && options.colour ? styleText('bold', text, { validateStream: false }) : text
  })
  return `${lines.join('\n')}\n`
}

/** Takes from the widest column until all fit, but leaves each a few letters. */
function fit(natural: readonly number[], columns: number): number[] {
  const widths = [...natural]
  const room = columns - gap * (widths.length - 1)
  let over = widths.reduce((sum, width) => sum + width, 0) - room
  while (over > 0) {
    const widest = Math.max(...widths)
    if (widest <= narrowest) break
    const second = Math.max(narrowest, ...widths.filter((width) => width < widest))
    const same = widths.filter((width) => width === widest).length
    const take = Math.max(1, Math.min(widest - second, Math.ceil(over / same)))
    for (const [column, width] of widths.entries()) {
      if (width !== widest || over <= 0) continue
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
