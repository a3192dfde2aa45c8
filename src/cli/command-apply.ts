import type { PlanFile } from '../inventory/plan-file.ts'
import type { RunSelection } from '../migrate/run-selection.ts'
import { counted, type Text } from '../model/text.ts'
import { clusterCommand } from './cluster-command.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, documentFormats, type CommandExit, type FlagDefinition } from './define-command.ts'
import { fewNames } from '../model/few-names.ts'
import { givenFlags } from './given-flags.ts'
import { isForMachines, printDocument, tellExit } from './output.ts'
import { digestFlag, planArgument, planOf } from './plan-arguments.ts'
import { stalenessFlags } from './plan-staleness.ts'
import { refuseStaleRun } from './refuse-stale-run.ts'
import { planHead } from './plan-text.ts'
import { rehearseRun } from './rehearse-run.ts'
import { approveFlag, requireApproval } from './require-approval.ts'
import { runSelection, selectionFlags } from './run-flags.ts'
import { runForPlan, type RunForPlan } from './run-for-plan.ts'
import { runToEnd } from './run-session.ts'
import { runSettings } from './run-settings.ts'
import { shellWord } from './shell-word.ts'

const applyFlags: readonly FlagDefinition[] = [
  approveFlag,
  ...selectionFlags,
  {
    flags: '--dry-run',
    text: {
      en: 'only look at everything that a run looks at first; writes nothing and needs no approval',
      zh: '只执行运行前的全部检查，不写入任何内容，也不需要批准',
    },
  },
  ...stalenessFlags,
  digestFlag,
]

/** `osferry apply PLAN`: runs a plan that was approved, or goes on with its run. */
export const apply = defineCommand({
  path: 'apply',
  details: {
    en: 'Runs an approved plan wave by wave, each record on disk before what follows from it. Ctrl-C once finishes the steps in hand and stops; twice leaves them as they are; either way osferry runs resume goes on. A plan whose run has not ended is gone on with. Exit codes: 5 not approved or stale, 6 stopped and resumable, 7 a node failed past its point of no return, 8 a node failed before it and was given back.',
    zh: '按波次执行已获批准的计划，每一步在执行前先写入日志。按一次 Ctrl-C 完成手头的步骤后停止，按两次则保持现状离开；之后均可用 osferry runs resume 继续。计划已有未结束的运行时将继续该运行。退出码：5 未获批准或计划过期，6 已停止可继续，7 有节点在不可回退点之后失败，8 有节点在其之前失败并已恢复原状。',
  },
  arguments: [planArgument],
  settings: [...runSettings, 'facts', 'approvals.allowedSigners', 'approvals.require'],
  flags: applyFlags,
  formats: documentFormats,
  examples: [
    'osferry apply plan.json --approve 9f3c0a1b2c3d',
    'osferry apply plan.json --allowed-signers signers --require 2 --wave 0',
    'osferry apply plan.json --only node-1,node-2 --until migrated --approve 9f3c0a1b2c3d',
  ],
  async run(context, input) {
    const file = await planOf(context, input)
    const run = runForPlan(context, file.digest)
    const selection = await runSelection(context, input, file.plan)
    await refuseStaleRun(context, input, { file, run })
    if (input.on('--dry-run')) {
      const flags = givenFlags(applyFlags, input, ['--dry-run', '--approve', '--digest'])
      return await rehearse(context, file, { run, selection, flags })
    }
    await requireApproval(context, input, file)
    if (run.open !== undefined && context.verbosity !== 'quiet')
      context.stderr.write(`${context.say(goingOn(run.id))}\n`)
    return await runToEnd(context, { file, run: run.id, selection })
  },
})

function goingOn(run: string): Text {
  return {
    en: `the plan has a run that has not ended: going on with ${run}`,
    zh: `该计划有尚未结束的运行：继续 ${run}`,
  }
}

async function rehearse(
  context: CommandContext,
  file: PlanFile,
  { run, selection, flags }: { run: RunForPlan; selection: RunSelection; flags: readonly string[] },
): Promise<CommandExit> {
  const nodes = await rehearseRun(context, file, { run, selection })
  const names = fewNames(nodes)
  const approve = `--approve ${file.digest.slice(0, 12)}`
  const exit: CommandExit = {
    code: 0,
    reason: context.say({
      en: `nothing was written; it would work on ${counted(nodes.length, 'node')}: ${names}`,
      zh: `未做任何写入；将处理 ${nodes.length} 个节点：${names}`,
    }),
    next: [clusterCommand(context, ['apply', shellWord(file.path), approve, ...flags].join(' '))],
  }
  if (isForMachines(context)) {
    const { path, digest } = file
    await printDocument(context, { path, digest, run: run.open?.run.id ?? null, nodes, exit })
  } else context.stdout.write(`${planHead(context, file)}\n`)
  tellExit(context, exit)
  return exit
}
