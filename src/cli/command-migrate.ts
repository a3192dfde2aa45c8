import { MigrationError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import { requireDigest, type PlanFile } from '../inventory/plan-file.ts'
import { measuredOf } from '../plan/measure-steps.ts'
import type { MeasuredSteps } from '../plan/step-estimates.ts'
import { clusterCommand } from './cluster-command.ts'
import { snapshotFlag } from './cluster-flags.ts'
import type { CommandContext } from './context.ts'
import { createPlan } from './create-plan.ts'
import { defineCommand, documentFormats, type CommandExit, type CommandInput } from './define-command.ts'
import { givenFlags } from './given-flags.ts'
import { keepPlan, keptPlan, keptPlanBy } from './kept-plan.ts'
import { goOnWithNodes, nodeCommands, nodeEnds, runToMigrate, type NodeRun } from './node-run.ts'
import { allRuns, refuseApplied, refuseOverlap } from './known-runs.ts'
import { isForMachines, printDocument, tellExit } from './output.ts'
import { planChoiceFlags, planChoices } from './plan-choices.ts'
import { printPlan } from './plan-print.ts'
import { approveFlag, requireApproval } from './require-approval.ts'
import { runForPlan } from './run-for-plan.ts'
import { runToEnd } from './run-session.ts'
import { runSettings } from './run-settings.ts'
import { shellWord } from './shell-word.ts'
import { keptPlanPath, shortPath } from './state-paths.ts'

const choiceFlags = [...planChoiceFlags, snapshotFlag]

/** `osferry migrate NODE`: plans one node, and empties it. */
export const migrate = defineCommand({
  path: 'migrate',
  details: {
    en: 'Makes a plan of one node out of the saved documents, with the options of osferry plan create; shows it, keeps it in .osferry/plans and, once it was approved, runs it until the node is migrated. There it is held: osferry replace and osferry restore go on, osferry runs abort gives it back. A run of the node that has not ended is gone on with. Exit codes: 3 the node cannot be planned, 5 not approved, 6 stopped and resumable, 8 failed and given back.',
    zh: '根据已保存的文档，以 osferry plan create 的选项为一个节点制定计划；显示计划并保存到 .osferry/plans，获得批准后执行，直到该节点完成迁移并停在该处：之后由 osferry replace 和 osferry restore 继续，或由 osferry runs abort 恢复原状。该节点已有未结束的运行时将继续该运行。退出码：3 无法纳入计划，5 未获批准，6 已停止可继续，8 失败并已恢复原状。',
  },
  arguments: [{ name: 'node', text: { en: 'name of a node, or of its host', zh: '节点名称或其主机名称' } }],
  settings: [...runSettings, 'facts', 'approvals.allowedSigners', 'approvals.require'],
  flags: [...choiceFlags, approveFlag],
  formats: documentFormats,
  examples: [
    'osferry migrate node-1 --options plan-options.yaml',
    'osferry migrate node-1 --options plan-options.yaml --approve 9f3c0a1b2c3d',
  ],
  async run(context, input) {
    const word = input.arguments[0] ?? ''
    const open = runToMigrate(context, word)
    if (open !== undefined) return await goOn(context, input, open)
    const choices = await planChoices(context, input)
    const clusterFile = input.value('--cluster')
    const { plan, digest } = await createPlan(context, choices, {
      node: word,
      ...(clusterFile === undefined ? {} : { clusterFile }),
      ...(await approvedTimes(context, input)),
    })
    const file: PlanFile = { plan, digest, path: shortPath(context, keptPlanPath(context, digest)) }
    const [node] = plan.nodes
    if (node === undefined || plan.leftOut.length > 0) return await notPlanned(context, file)
    const run = runForPlan(context, digest)
    const runs = allRuns(context)
    if (run.open === undefined) refuseApplied(digest, runs)
    refuseOverlap(plan, { run: run.id, digest: run.open === undefined ? digest : undefined }, runs)
    await keepPlan(context, plan, digest)
    if (!isForMachines(context)) await printPlan(context, plan, file)
    await requireApproval(context, input, file)
    return await runToEnd(context, {
      file,
      run: run.id,
      selection: { until: nodeEnds.migrate },
      commands: nodeCommands('migrate', [node.name]),
    })
  },
})

/** What was measured since somebody has approved a plan makes no other one of it. */
async function approvedTimes(
  context: CommandContext,
  input: CommandInput,
): Promise<{ measured?: MeasuredSteps }> {
  const approve = input.value('--approve')
  const kept = approve === undefined ? undefined : await keptPlanBy(context, approve)
  return kept === undefined ? {} : { measured: measuredOf(kept.plan) }
}

/** The plan of an open run is the one that was approved: what would make another one is refused, unless that one is named. */
async function goOn(context: CommandContext, input: CommandInput, open: NodeRun): Promise<CommandExit> {
  const given = givenFlags(choiceFlags, input, [])
  const approve = input.value('--approve')
  const again = clusterCommand(context, `migrate ${shellWord(open.node)}`)
  if (approve !== undefined) requireDigest(await keptPlan(context, open.run.plan), approve)
  else if (given.length > 0)
    throw new MigrationError('USAGE', `${open.node} has a run that has not ended, with a plan of its own`, {
      hint: `${again} goes on with ${open.run.id}; without ${given.join(' ')}`,
      details: { run: open.run.id },
    })
  return await goOnWithNodes(context, [open], 'migrate')
}

async function notPlanned(
  context: CommandContext,
  { plan, digest }: Pick<PlanFile, 'plan' | 'digest'>,
): Promise<CommandExit> {
  const { say } = context
  const exit: CommandExit = { code: 3, reason: say(reasonOf(plan)), next: [] }
  if (isForMachines(context)) await printDocument(context, { digest, plan, exit })
  tellExit(context, exit)
  return exit
}

function reasonOf({ leftOut }: Plan): { en: string; zh: string } {
  const lines = leftOut.map(({ host, reasons }) => ({
    en: `${host}: ${reasons.map(({ en }) => en).join('; ')}`,
    zh: `${host}：${reasons.map(({ zh }) => zh).join('；')}`,
  }))
  return {
    en: `cannot be planned: ${lines.map(({ en }) => en).join('; ')}`,
    zh: `无法纳入计划：${lines.map(({ zh }) => zh).join('；')}`,
  }
}
