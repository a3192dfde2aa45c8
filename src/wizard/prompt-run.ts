import { createPrompt, useEffect, useKeypress, useState } from '@inquirer/core'
import { drawHeader, footerLines } from './layout.ts'
import { hideCursor, sequenceOf, useRedrawOnResize } from './prompt-screen.ts'
import type { ScreenKey, Surface } from './screen.ts'
import { cut } from './width.ts'

export interface RunPromptConfig {
  /** As many lines as there is room for. */
  lines: (surface: Surface, room: number) => readonly string[]
  keys: () => readonly ScreenKey[]
  /** The batch command that does the same. */
  command: () => string
  /** A key was pressed; the screen is drawn again. */
  onKey: (key: string) => void
  /** Resolves when there is nothing to watch any more. */
  over: Promise<void>
  surface: () => Surface
  output: NodeJS.WritableStream
}

const redrawMs = 500

/** Shows something that goes on until it is over; Ctrl-C rejects with ExitPromptError, and what goes on goes on. */
export const runPrompt = createPrompt<undefined, RunPromptConfig>((config, settle) => {
  const [, setTick] = useState(0)
  useRedrawOnResize(config.output)
  useEffect(() => {
    let ticks = 0
    const timer = setInterval(() => {
      ticks += 1
      setTick(ticks)
    }, redrawMs)
    void config.over.then(() => settle(undefined))
    return () => clearInterval(timer)
  }, [])
  useKeypress((event, rl) => {
    rl.clearLine(0)
    config.onKey(sequenceOf(event))
    setTick(-Math.random())
  })
  const surface = config.surface()
  const header = drawHeader('run', surface)
  const bottom = footerLines(config.keys(), config.command(), surface)
  const room = Math.max(4, surface.rows - header.length - bottom.length - 2)
  const lines = config
    .lines(surface, room)
    .slice(0, room)
    .map((line) => cut(line, surface.columns - 1))
  return [[...header, ...lines, ''].join('\n'), bottom.join('\n') + hideCursor]
})
