import { askRun } from './ask-run.ts'
import { clusterCommand } from './cluster-command.ts'
import { defineCommand, documentFormats, type CommandExit } from './define-command.ts'
import { lookAtRun, refuseEnded } from './look-at-run.ts'
import { isForMachines, printDocument, tellExit } from './output.ts'
import { answerOfRun, runArgument } from './run-answer.ts'

/** `osferry runs pause RUN`: the steps in hand are finished, and nothing is begun after them. */
export const runsPause = defineCommand({
  path: 'runs pause',
  details: {
    en: 'Asks the process that is at work on the run to finish the steps in hand and to wait; it keeps its locks. osferry runs resume lets it go on. Exit code 3: it has not answered; 6: no process is at work on it.',
    zh: '请求正在运行的进程完成手头的步骤后等待，其锁保持不变；osferry runs resume 使其继续。退出码 3：没有应答；6：没有进程在处理它。',
  },
  arguments: [runArgument],
  formats: documentFormats,
  examples: ['osferry runs pause 7k4q9z'],
  async run(context, input) {
    const seen = await lookAtRun(context, input.arguments[0] ?? '')
    refuseEnded(context, seen)
    const { id } = seen.run
    const next = [clusterCommand(context, `runs resume ${id}`)]
    if (seen.isAtWork) {
      const answer = await askRun(context, {
        run: id,
        want: 'pause',
        isHeeded: ({ status }) => status === 'paused',
      })
      const reason = {
        en: `${id} is paused: the steps in hand are finished first`,
        zh: `${id} 已暂停：先完成手头的步骤`,
      }
      return await answerOfRun(context, { run: id, answer, reason, next })
    }
    const exit: CommandExit = {
      code: 6,
      reason: context.say({
        en: `no process is at work on ${id}: there is nothing to pause`,
        zh: `没有进程在处理 ${id}：无需暂停`,
      }),
      next,
    }
    if (isForMachines(context)) await printDocument(context, { run: id, isHeeded: false, exit })
    tellExit(context, exit)
    return exit
  },
})
