import { Listr, ListrLogger, ProcessOutput } from 'listr2'
import type { ListrDefaultRendererLogLevels } from 'listr2'
import type { Progress, Tally } from './progress.ts'

const redrawMs = 100

/** One phase row on stderr, redrawn at most ten times a second and cut at the terminal's width. */
export function terminalProgress(tally: Tally): Progress {
  let finish = (): void => undefined
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
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
      rendererOptions: { logger, formatOutput: 'truncate', collapseSubtasks: true },
      registerSignalListeners: false,
    },
  )
  const shown = list.run()
  return {
    onEvent: (event) => tally.onEvent(event),
    async finish(): Promise<void> {
      finish()
      await shown
    },
  }
}
