import type { Text } from '../model/text.ts'
import type { AskedAnswer } from './ask-run.ts'
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
  /** What came of the question to the process that is at work. */
  answer: AskedAnswer
  /** When it was heeded. */
  reason: Text
  next: readonly string[]
}

const withdrawn: Text = {
  en: 'the request was withdrawn: nothing comes of it',
  zh: '请求已撤回，不会再生效',
}
const unknown: Text = {
  en: 'it may have taken the request: look what came of it',
  zh: '它可能已取走请求：请查看结果',
}

/** Says whether the process that is at work on a run has heeded what was asked of it; 3 when it has not. */
export async function answerOfRun(
  context: CommandContext,
  { run, answer, reason, next }: RunAnswer,
): Promise<CommandExit> {
  const { say } = context
  const isHeeded = answer === 'heeded'
  const end = answer === 'withdrawn' ? withdrawn : unknown
  const exit: CommandExit = isHeeded
    ? { code: 0, reason: say(reason), next }
    : {
        code: 3,
        reason: say({
          en: `the process that is at work on ${run} has not answered; ${end.en}`,
          zh: `正在处理 ${run} 的进程没有应答；${end.zh}`,
        }),
        next: [clusterCommand(context, `runs show ${run}`)],
      }
  if (isForMachines(context)) await printDocument(context, { run, isHeeded, exit })
  tellExit(context, exit)
  return exit
}
