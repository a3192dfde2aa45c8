import type { RunControl } from '../migrate/run-control.ts'
import { createRunControl } from '../migrate/run-control.ts'
import type { RunResult } from '../migrate/run-outcome.ts'
import type { RunSelection } from '../migrate/run-selection.ts'
import type { PlanFile } from '../inventory/plan-file.ts'
import { isMigrationError } from '../model/errors.ts'
import type { CommandContext } from './context.ts'
import type { CommandExit } from './define-command.ts'
import { clusterCommand } from './cluster-command.ts'
import { stoppingText } from './messages-apply.ts'
import { isForMachines, jsonText, printDocument, tellExit } from './output.ts'
import { performRun } from './perform-run.ts'
import { runActor } from './run-actor.ts'
import { runExit, type RunCommands } from './run-exit.ts'
import { startRunProgress, type RunProgress } from './run-progress.ts'
import { runResultDocument } from './run-result-document.ts'
import { printRunResult } from './run-result-print.ts'
import { heedRequests } from './watch-requests.ts'

export interface RunSession {
  file: PlanFile
  run: string
  selection: RunSelection
  /** What is wanted from the beginning: an abort. */
  control?: RunControl
  /** Of a command that does less than `runs resume`: how it goes on, and what comes after it. */
  commands?: RunCommands
}

/** How a process at work on a run ends that is told to leave a second time, and how long it may put things away. */
export const leaving = { code: 6, tidyMs: 10_000 }

/** Runs a plan in this process to its end, or until somebody stops it, and tells how it ended. */
export async function runToEnd(context: CommandContext, session: RunSession): Promise<CommandExit> {
  const { file, run, selection, commands, control = createRunControl() } = session
  const { plan, digest } = file
  const progress = await startRunProgress(context, { plan, run })
  const quiet = heedSignals(context, {
    again: commands?.again ?? `runs resume ${run}`,
    control,
    progress,
  })
  let result: RunResult
  try {
    result = await performRun(context, {
      plan,
      digest,
      run: { id: run, holder: runActor() },
      selection,
      control,
      onLock: (token) => heedRequests(context, { run, token, control }),
      onEvent: (event) => progress.onEvent(event),
      onHold: (hold) => progress.onHold(hold),
    })
  } finally {
    quiet()
    await progress.finish()
  }
  const exit = runExit(context, result, {
    run,
    selection,
    digest,
    ...(commands === undefined ? {} : { commands }),
  })
  if (isForMachines(context)) {
    const document = runResultDocument(result, { run, plan: digest, exit })
    // The last line of the stream of events.
    if (context.format === 'ndjson') context.stdout.write(`${jsonText(document)}\n`)
    else await printDocument(context, document)
  } else await printRunResult(context, result)
  tellExit(context, exit)
  if (result.error !== undefined && !isMigrationError(result.error)) throw result.error
  return exit
}

/** The first signal stops after the steps in hand, the second leaves them; both say how to go on. */
function heedSignals(
  context: CommandContext,
  { again, control, progress }: { again: string; control: RunControl; progress: RunProgress },
): () => void {
  const forced = context.forced(leaving)
  const stop = (): void => {
    progress.note(context.say(stoppingText))
    control.interrupt()
  }
  const leave = (): void => {
    const command = clusterCommand(context, again)
    progress.note(
      context.say({ en: `left as it is; to go on: ${command}`, zh: `保持现状离开；继续请运行：${command}` }),
    )
    control.interrupt()
  }
  context.signal.addEventListener('abort', stop, { once: true })
  forced.addEventListener('abort', leave, { once: true })
  return () => {
    context.signal.removeEventListener('abort', stop)
    forced.removeEventListener('abort', leave)
  }
}
