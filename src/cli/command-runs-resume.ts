import { partOf, type RunSelection } from '../migrate/run-selection.ts'
import { MigrationError } from '../model/errors.ts'
import { isWhole, partToRetry } from '../model/run-part.ts'
import { askRun } from './ask-run.ts'
import { clusterCommand } from './cluster-command.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, documentFormats, type CommandExit, type CommandInput } from './define-command.ts'
import { keptPlan } from './kept-plan.ts'
import { snapshotFlag } from './cluster-flags.ts'
import { lookAtRun, refuseEnded, type SeenRun } from './look-at-run.ts'
import { refuseStaleResume } from './refuse-stale-resume.ts'
import { partText, resumedSelection } from './resumed-selection.ts'
import { runSelection, selectionFlags } from './run-flags.ts'
import { answerOfRun, runArgument } from './run-answer.ts'
import { runToEnd } from './run-session.ts'
import { runSettings } from './run-settings.ts'

const retryFlag = {
  flags: '--retry <node>',
  many: true,
  text: {
    en: 'try a node once more that failed or was given back',
    zh: '再次处理失败或已恢复原状的节点',
  },
} as const

const wholeFlag = {
  flags: '--whole',
  text: {
    en: 'all of the plan, also when only a part of it was asked for before',
    zh: '执行整个计划，即使此前只要求执行其中一部分',
  },
} as const

const resumeFlags = [retryFlag, wholeFlag, ...selectionFlags, snapshotFlag]

/** `osferry runs resume RUN`: goes on with a run where it is, by its kept plan. */
export const runsResume = defineCommand({
  path: 'runs resume',
  details: {
    en: 'Goes on where the journal says the run is, with the plan that was approved: after Ctrl-C, a kill, a power cut or a pause. Nodes that were under way come first. What was asked of the run (--wave, --only, --until, --max-unavailable, nodes to roll back) holds until it is done, unless these flags say otherwise or --whole asks for the rest, too. With --retry a node that was given back begins anew; one that failed goes on when it is past its point of no return, and else goes further back; it opens nothing beside the part that was asked for last, also when that is done, and of a run that had ended nothing else is worked on, unless --only, --wave or --whole says so. Nodes that would start are refused when their facts, assessment or data have changed since the plan was made.',
    zh: '按日志所记的位置、以当初批准的计划继续运行：适用于 Ctrl-C、进程被终止、断电或暂停之后。处理到一半的节点优先。此前对该运行提出的要求（--wave、--only、--until、--max-unavailable 或要回退的节点）在完成之前一直有效，除非用这些选项另行指定，或用 --whole 要求执行其余部分。使用 --retry 时，已恢复原状的节点从头开始；失败的节点若已越过不可回退点则继续向前，否则继续恢复原状；重试不会扩大到最近一次所要求的部分之外（即使该部分已完成），若该运行已结束，则只处理这些节点，除非用 --only、--wave 或 --whole 另行指定。若将要启动的节点的主机信息、评估或数据在制定计划后有变化，则拒绝执行。',
  },
  arguments: [runArgument],
  settings: [...runSettings, 'facts'],
  flags: resumeFlags,
  formats: documentFormats,
  examples: [
    'osferry runs resume 7k4q9z',
    'osferry runs resume 7k4q9z --retry node-3',
    'osferry runs resume 7k4q9z --until replaced',
  ],
  async run(context, input) {
    const seen = await lookAtRun(context, input.arguments[0] ?? '')
    const retry = retryOf(input, seen)
    // What was aborted is over: a node that is tried again would only be given back again.
    if (retry.length === 0 || seen.state.isAborting) refuseEnded(context, seen)
    if (seen.isAtWork && seen.state.status === 'paused') return await goOn(context, input, seen)
    const file = await keptPlan(context, seen.run.plan)
    const selection = resumedSelection({
      plan: file.plan,
      state: seen.state,
      asked: await runSelection(context, input, file.plan),
      retry,
      isWhole: input.on('--whole'),
    })
    const { asked } = seen.state
    if (!isWhole(retry.length > 0 ? partToRetry(asked) : asked.now)) sayPart(context, selection)
    await refuseStaleResume(context, input, { file, seen, selection })
    return await runToEnd(context, { file, run: seen.run.id, selection })
  },
})

/** Whoever has asked for a part days ago may not remember it. */
function sayPart({ verbosity, say, stderr }: CommandContext, selection: RunSelection): void {
  const part = partOf(selection)
  if (verbosity === 'quiet' || isWhole(part)) return
  const text = partText(part)
  stderr.write(
    `${say({ en: `within what was asked for: ${text}; --whole goes on with all of the plan`, zh: `仅限所要求的部分：${text}；用 --whole 可继续整个计划` })}\n`,
  )
}

const retried: ReadonlySet<string> = new Set(['failed', 'returned', 'rolled-back'])

function retryOf(input: CommandInput, { state, run }: SeenRun): readonly string[] {
  const names = input.values('--retry')
  for (const name of names) {
    const node = state.nodes.get(name)
    if (node !== undefined && retried.has(node.status)) continue
    const what = node === undefined ? 'has no such node' : `has not failed on it, and has not given it back`
    throw new MigrationError('USAGE', `--retry ${name}: the run ${run.id} ${what}`, {
      hint: `osferry runs show ${run.id} shows its nodes`,
    })
  }
  return names
}

/** Another process holds the run, and waits. */
async function goOn(context: CommandContext, input: CommandInput, { run }: SeenRun): Promise<CommandExit> {
  const given = resumeFlags
    .map(({ flags }) => flags.split(' ')[0] ?? '')
    .filter((flag) => input.value(flag) !== undefined || input.values(flag).length > 0 || input.on(flag))
  if (given.length > 0)
    throw new MigrationError('USAGE', `${given.join(', ')}: another process is at work on ${run.id}`, {
      hint: `leave them out to let it go on, or stop that process first`,
    })
  const answer = await askRun(context, {
    run: run.id,
    want: 'resume',
    isHeeded: ({ status }) => status !== 'paused',
  })
  return await answerOfRun(context, {
    run: run.id,
    answer,
    reason: { en: `${run.id} goes on`, zh: `${run.id} 已继续` },
    next: [clusterCommand(context, `runs watch ${run.id}`)],
  })
}
