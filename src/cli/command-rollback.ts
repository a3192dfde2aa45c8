import { requireDigest, type PlanFile } from '../inventory/plan-file.ts'
import { MigrationError } from '../model/errors.ts'
import { ask } from './ask.ts'
import { clusterCommand } from './cluster-command.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, documentFormats, type CommandInput } from './define-command.ts'
import { keptPlan } from './kept-plan.ts'
import { wayBackText } from './plan-text.ts'
import { rollbackNodes, type RollbackNodes } from './rollback-nodes.ts'
import { runToEnd } from './run-session.ts'
import { runSettings } from './run-settings.ts'
import { shellWord } from './shell-word.ts'

/** `osferry rollback RUN|NODE...`: brings nodes back that a run has failed on or left. */
export const rollback = defineCommand({
  path: 'rollback',
  details: {
    en: 'Brings nodes back that a run has failed on or left on their way. Before its point of no return a node is given back as it was found. After it the old system comes back by the way back of the plan (old-disk, snapshot, image, reinstall) and the rollback program of its provider; then the node is waited for, its data is put back where the disk was rewritten, and it is uncordoned. With a run, everything of it that is not done. A node that has begun to go back goes no more forward. Exit codes: 0 all are back, 6 stopped and resumable, 7 a node could not be brought back.',
    zh: '让运行失败或处理到一半的节点回到原状。未越过不可回退点的节点按发现时的状态恢复；已越过的节点按计划中的回退手段（old-disk、snapshot、image、reinstall）和 provider 的 rollback 程序恢复旧系统，随后等待节点就绪，在磁盘被重写时放回数据，最后解除封锁。指定运行时，处理其中所有未完成的节点。开始回退的节点不再向前。退出码：0 全部已恢复，6 已停止可继续，7 有节点未能恢复。',
  },
  arguments: [
    {
      name: 'run-or-node',
      text: { en: 'names of nodes, or one run', zh: '节点名称，或一次运行' },
      many: true,
    },
  ],
  settings: [...runSettings],
  flags: [
    {
      flags: '--approve <sha256>',
      text: {
        en: 'digest of the plan of the run, or at least its first twelve digits: bringing nodes back is approved by it; --yes alone approves nothing',
        zh: '该运行的计划摘要，或至少前十二位，表示批准回退；仅有 --yes 不构成批准',
      },
    },
  ],
  formats: documentFormats,
  examples: [
    'osferry rollback node-3 --approve 9f3c0a1b2c3d',
    'osferry rollback 7k4q9z --approve 9f3c0a1b2c3d',
  ],
  async run(context, input) {
    const meant = rollbackNodes(context, input.arguments)
    const file = await keptPlan(context, meant.run.plan)
    await requireWayBack(context, input, { file, meant })
    return await runToEnd(context, { file, run: meant.run.id, selection: { rollback: meant.nodes } })
  },
})

/** Approvals of the plan were for the way forward: the way back has one of its own. */
async function requireWayBack(
  context: CommandContext,
  input: CommandInput,
  { file, meant }: { file: PlanFile; meant: RollbackNodes },
): Promise<void> {
  const given = input.value('--approve')
  if (given !== undefined) return requireDigest(file, given)
  const approve = `rollback ${meant.nodes.map(shellWord).join(' ')} --approve ${file.digest.slice(0, 12)}`
  if (!context.canPrompt || context.assumeYes)
    throw new MigrationError('APPROVAL_MISSING', 'nobody has approved that these nodes are brought back', {
      hint: `look at them with osferry runs show ${meant.run.id}; then: ${clusterCommand(context, approve)}; --yes is no approval`,
      details: { run: meant.run.id, digest: file.digest },
    })
  const { say, stderr } = context
  stderr.write(`${say({ en: 'run', zh: '运行' })} ${meant.run.id}, ${file.digest}\n`)
  for (const node of file.plan.nodes.filter(({ name }) => meant.nodes.includes(name)))
    stderr.write(`${node.name}: ${wayBackText(context, node)}\n`)
  const typed = await ask(
    context,
    say({
      en: 'Type the digest of the plan to bring these nodes back, twelve digits at least: ',
      zh: '请输入计划的摘要（至少前十二位）以回退这些节点：',
    }),
  )
  if (typed === '')
    throw new MigrationError('INTERRUPTED', say({ en: 'nothing was changed', zh: '没有任何更改' }))
  requireDigest(file, typed)
}
