import { byteText } from '../model/byte-text.ts'
import type { CommandContext } from './context.ts'
import { displayWidth } from './display-width.ts'
import { startRedraw } from './redraw.ts'
import { cut } from './table.ts'

/** One line that says how far the bytes of an artifact are; nothing where lines cannot be redrawn. */
export interface DataProgress {
  show(id: string, bytes: number, total: number): void
  end(): void
}

/** Begins the line, on stderr. */
export function startDataProgress({ redrawColumns, stderr }: CommandContext): DataProgress {
  if (redrawColumns === undefined) return { show: () => undefined, end: () => undefined }
  const redraw = startRedraw(
    { write: (text) => stderr.write(text), columns: () => redrawColumns },
    displayWidth,
  )
  let shown = ''
  return {
    show(id, bytes, total): void {
      const percent = total === 0 ? 100 : Math.floor((bytes / total) * 100)
      const line = cut(`${id}: ${percent}% / ${byteText(total)}`, redrawColumns - 1)
      if (line === shown) return
      shown = line
      redraw.draw([line])
    },
    end: () => redraw.end(),
  }
}
