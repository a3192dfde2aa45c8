import { styleText } from 'node:util'
import { Listr, ListrDefaultRendererLogLevels, ListrLogger, ProcessOutput } from 'listr2'
import type { Progress, Tally } from './progress.ts'

const redrawMs = 100

/** One phase row on stderr, redrawn at most ten times a second and cut at the terminal's width. */
export function terminalProgress(tally: Tally): Progress {
  let finish = (): void => undefined
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  let stopped = false
  let redraw = (): void => undefined
  const endIcon = (): string =>
    stopped
      ? styleText('yellow', '■', { validateStream: false })
      : styleText('green', '✔', { validateStream: false })
  const logger = new ListrLogger<ListrDefaultRendererLogLevels>({
    processOutput: new ProcessOutput(process.stderr, process.stderr),
  })
  const list = new Listr(
    [
      {
        title: tally.title,
        async task(_context, task): Promise<void> {
          const draw = (): void => {
            task.title = tally.line()
            task.output = tally.output()
          }
          redraw = draw
          const timer = setInterval(draw, redrawMs)
          await finished
          clearInterval(timer)
          draw()
          task.output = ''
        },
        rendererOptions: { outputBar: 1, persistentOutput: false },
      },
    ],
    {
      renderer: 'default',
      rendererOptions: {
        logger,
        formatOutput: 'truncate',
        collapseSubtasks: true,
        icon: { [ListrDefaultRendererLogLevels.COMPLETED]: endIcon },
        color: { [ListrDefaultRendererLogLevels.COMPLETED]: (icon) => icon ?? '' },
      },
      registerSignalListeners: false,
    },
  )
  const shown = list.run()
  return {
    onEvent: (event) => tally.onEvent(event),
    stop(): void {
      stopped = true
      tally.stop()
      redraw()
    },
    async finish(): Promise<void> {
      finish()
      await shown
    },
  }
}
