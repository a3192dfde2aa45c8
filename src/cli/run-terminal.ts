import { styleText } from 'node:util'
import { Listr, ListrDefaultRendererLogLevels, ListrLogger, ProcessOutput } from 'listr2'
import { phases, type Phase } from '../model/playbook.ts'
import type { RunRows } from './run-rows.ts'

/** Rows of a run in a terminal, drawn by a timer: events come faster than anybody reads. */
export interface RunTerminal {
  /** Stays beside the run until the end. */
  note(text: string): void
  finish(): Promise<void>
}

const redrawMs = 250
/** The line of the run, those of the phases, a note, and the cursor's. */
const taken = 1 + phases.length + 2

/** Draws a run on stderr by listr2: a row for the run, one a phase, and below it one a node in flight. */
export function runTerminal(rowsOf: (most: number) => RunRows): RunTerminal {
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
  const draws: (() => void)[] = []
  let note = ''
  const now = (): RunRows => rowsOf(Math.max(1, (process.stderr.rows || 24) - taken))

  /** One row, and what is below it; it is over when the run is. */
  function row(of: (rows: RunRows) => { title: string; below: readonly string[] }) {
    return {
      title: of(now()).title,
      async task(
        _context: unknown,
        task: { title: string | undefined; output: string | undefined },
      ): Promise<void> {
        const draw = (): void => {
          const { title, below } = of(now())
          if (task.title !== title) task.title = title
          task.output = below.join('\n')
        }
        draws.push(draw)
        draw()
        await finished
        draw()
        task.output = ''
      },
      rendererOptions: { outputBar: 1, persistentOutput: false },
    }
  }

  const phaseRow = (phase: Phase) =>
    row((rows) => {
      const found = rows.phases.find((one) => one.phase === phase)
      return { title: found?.title ?? '', below: found?.rows ?? [] }
    })
  const logger = new ListrLogger<ListrDefaultRendererLogLevels>({
    processOutput: new ProcessOutput(process.stderr, process.stderr),
  })
  const dot = (): string => styleText('dim', '·', { validateStream: false })
  const list = new Listr(
    [row(({ head }) => ({ title: head, below: note === '' ? [] : [note] })), ...phases.map(phaseRow)],
    {
      concurrent: true,
      renderer: 'default',
      rendererOptions: {
        logger,
        formatOutput: 'truncate',
        collapseSubtasks: true,
        icon: { [ListrDefaultRendererLogLevels.COMPLETED]: dot() },
        color: { [ListrDefaultRendererLogLevels.COMPLETED]: (icon) => icon ?? '' },
      },
      registerSignalListeners: false,
    },
  )
  const shown = list.run()
  const redraw = (): void => {
    for (const draw of draws) draw()
  }
  const timer = setInterval(redraw, redrawMs)
  timer.unref()
  return {
    note(text): void {
      note = text
      redraw()
    },
    async finish(): Promise<void> {
      clearInterval(timer)
      finish()
      await shown
    },
  }
}
