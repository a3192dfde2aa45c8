import type { Text } from '../model/text.ts'
import { clusterCommand } from './cluster-command.ts'
import type { CommandContext } from './context.ts'
import type { ArgumentDefinition, CommandExit } from './define-command.ts'
import { isForMachines, printDocument, tellExit } from './output.ts'

/** The argument of every command about one run. */
export const runArgument: ArgumentDefinition = {
  name: 'run',
  text: { en: 'id of the run, or its beginning', zh: '运行标识或其开头' },
}

export interface RunAnswer {
  run: string
  /** False when the process that is at work has not answered. */
  isHeeded: boolean
  /** When it has. */
  reason: Text
  next: readonly string[]
}

/** Says whether the process that is at work on a run has heeded what was asked of it; 3 when it has not. */
export async function answerOfRun(
  context: CommandContext,
  { run, isHeeded, reason, next }: RunAnswer,
): Promise<CommandExit> {
  const { say } = context
  const exit: CommandExit = isHeeded
    ? { code: 0, reason: say(reason), next }
    : {
        code: 3,
        reason: say({
          en: `the process that is at work on ${run} has not answered`,
          zh: `正在处理 ${run} 的进程没有应答`,
        }),
        next: [clusterCommand(context, `runs show ${run}`)],
      }
  if (isForMachines(context)) await printDocument(context, { run, isHeeded, exit })
  tellExit(context, exit)
  return exit
}
