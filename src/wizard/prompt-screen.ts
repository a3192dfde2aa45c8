import { createPrompt, useEffect, useKeypress, useState, type KeypressEvent } from '@inquirer/core'
import { pressKey } from './keys.ts'
import { drawScreen } from './layout.ts'
import { initialView, type Screen, type ScreenOutcome, type ScreenView, type Surface } from './screen.ts'

export const hideCursor = '\u001B[?25l'

export interface ScreenPromptConfig {
  screen: Screen
  /** Read again at every drawing: terminals change their size. */
  surface: () => Surface
  output: NodeJS.WritableStream
  /** Where the reader was when the screen was shown last. */
  view?: ScreenView
}

/** Shows one screen until the reader leaves it; says how, and where the reader was. */
export const screenPrompt = createPrompt<{ outcome: ScreenOutcome; view: ScreenView }, ScreenPromptConfig>(
  (config, done) => {
    const [view, setView] = useState<ScreenView>(config.view ?? initialView)
    useRedrawOnResize(config.output)
    useKeypress((event, rl) => {
      const key = { name: event.name ?? '', sequence: sequenceOf(event), ctrl: event.ctrl }
      const surface = config.surface()
      const pressed = pressKey(config.screen, view, { key, surface })
      if ('outcome' in pressed) {
        rl.clearLine(0)
        done({ outcome: pressed.outcome, view })
      } else if (view.filtering && pressed.view.filtering) setView({ ...view, filter: rl.line, cursor: 0 })
      else {
        rl.clearLine(0)
        setView(pressed.view)
      }
    })
    const { content, bottom } = drawScreen(config.screen, view, config.surface())
    const cursor = view.filtering ? '\u001B[?25h' : hideCursor
    return [content.join('\n'), bottom.join('\n') + cursor]
  },
)

/** The character behind a key press; the type of @inquirer/core leaves it out, readline always sends it. */
export function sequenceOf(event: KeypressEvent): string {
  const { sequence } = event as KeypressEvent & { sequence?: unknown }
  return typeof sequence === 'string' ? sequence : event.name
}

/** Draws again when the terminal changes its size. */
export function useRedrawOnResize(output: NodeJS.WritableStream): void {
  const [, setSize] = useState(0)
  useEffect(() => {
    let times = 0
    const redraw = (): void => {
      times += 1
      setSize(times)
    }
    output.on('resize', redraw)
    return () => {
      output.removeListener('resize', redraw)
    }
  }, [])
}
