import { createRunControl } from '../migrate/run-control.ts'
import { askRun } from './ask-run.ts'
import { clusterCommand } from './cluster-command.ts'
import { confirm } from './confirm.ts'
import { defineCommand, documentFormats } from './define-command.ts'
import { keptPlan } from './kept-plan.ts'
import { lookAtRun, refuseEnded } from './look-at-run.ts'
import { runActor } from './run-actor.ts'
import { answerOfRun, runArgument } from './run-answer.ts'
import { runToEnd } from './run-session.ts'
import { runSettings } from './run-settings.ts'

/** `osferry runs abort RUN`: nodes before their point of no return go back, the others are finished, and the run ends. */
export const runsAbort = defineCommand({
  path: 'runs abort',
  details: {
    en: 'Starts no further node, gives back those that are before their point of no return, finishes the others, and ends the run. A process that is at work on it is asked to do so; otherwise it is done here. Exit code 8: aborted, nodes given back as found.',
    zh: '不再启动新的节点；尚未越过不可回退点的节点恢复原状，其余节点完成后运行结束。若有进程正在处理，则由它执行，否则在此执行。退出码 8：已中止，节点已恢复原状。',
  },
  arguments: [runArgument],
  settings: [...runSettings],
  formats: documentFormats,
  examples: ['osferry runs abort 7k4q9z --yes'],
  async run(context, input) {
    const seen = await lookAtRun(context, input.arguments[0] ?? '')
    refuseEnded(context, seen)
    const { id, plan } = seen.run
    await confirm(context, {
      question: {
        en: `Abort ${id}? Nodes before their point of no return are given back as found, the others are finished.`,
        zh: `中止 ${id}？尚未越过不可回退点的节点将恢复原状，其余节点将完成。`,
      },
      answer: { en: 'add --yes', zh: '请加上 --yes' },
    })
    if (seen.isAtWork) {
      const answer = await askRun(context, {
        run: id,
        want: 'abort',
        isHeeded: ({ isAborting, status }) => isAborting || status === 'ended',
      })
      const reason = { en: `${id} is being aborted`, zh: `正在中止 ${id}` }
      const next = [clusterCommand(context, `runs watch ${id}`)]
      return await answerOfRun(context, { run: id, answer, reason, next })
    }
    const file = await keptPlan(context, plan)
    const control = createRunControl()
    const by = runActor()
    control.abort({ en: `by ${by}`, zh: `由 ${by} 中止` })
    return await runToEnd(context, { file, run: id, selection: {}, control })
  },
})
