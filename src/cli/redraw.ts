/** Where rows are redrawn: a terminal. */
export interface RedrawTarget {
  write(text: string): void
  columns(): number
}

/** A block of lines that is written over itself. */
export interface Redraw {
  /** Lines must be free of control characters, and no wider than the terminal. */
  draw(lines: readonly string[]): void
  /** Leaves the last lines on the screen, and gives the cursor back; may be called twice. */
  end(): void
}

const hideCursor = '\u001B[?25l'
const showCursor = '\u001B[?25h'
const eraseLine = '\u001B[K'
const eraseBelow = '\u001B[J'

/** Takes the cursor until `end`, or until the process exits. */
export function startRedraw(target: RedrawTarget, width: (line: string) => number): Redraw {
  let drawn: readonly string[] | undefined
  let text = ''
  let isEnded = false
  const giveBack = (): void => {
    if (drawn !== undefined) target.write(showCursor)
  }
  process.once('exit', giveBack)

  /** A terminal that became narrower has wrapped what stands there. */
  function rowsTaken(): number {
    const columns = Math.max(1, target.columns())
    const rows = (drawn ?? []).map((line) => Math.max(1, Math.ceil(width(line) / columns)))
    return rows.reduce((sum, count) => sum + count, 0)
  }

  return {
    draw(lines): void {
      const next = lines.map((line) => `${line}${eraseLine}\n`).join('')
      if (isEnded || (drawn !== undefined && next === text)) return
      const taken = rowsTaken()
      const up = taken === 0 ? '' : `\u001B[${taken}A`
      target.write(`${drawn === undefined ? hideCursor : ''}\r${up}${next}${eraseBelow}`)
      drawn = lines
      text = next
    },
    end(): void {
      if (isEnded) return
      isEnded = true
      process.off('exit', giveBack)
      giveBack()
    },
  }
}
