import { snapshotFlag } from './cluster-flags.ts'
import { resolve } from 'node:path'
import type { Plan } from '../model/plan.ts'
import type { CommandContext } from './context.ts'
import { createPlan, writePlan } from './create-plan.ts'
import { defineCommand, documentFormats, type CommandExit } from './define-command.ts'
import { isForMachines, printDocument, tellExit } from './output.ts'
import { planChoices, planChoiceFlags } from './plan-choices.ts'
import { printPlan } from './plan-print.ts'
import { shortPath } from './state-paths.ts'

/** `osferry plan create`: what would be done to which host, in which order, as one document. Contacts nobody. */
export const planCreate = defineCommand({
  path: 'plan create',
  details: {
    en: 'Makes a plan of the assessed hosts that -l chooses, from saved documents; contacts nobody. The same inputs and options give the same bytes. Hosts that cannot be planned are left out with every reason: exit code 3. With --detailed-exitcode it is 2 when the plan is another one than --out held before.',
    zh: '根据已保存的文档，为 -l 选中的已评估主机制定计划，不连接任何服务。相同的输入与选项得到逐字节相同的计划。无法纳入计划的主机会列出全部原因，此时退出码为 3。使用 --detailed-exitcode 时，若计划与 --out 原有内容不同则退出码为 2。',
  },
  settings: ['selector', 'facts'],
  flags: [
    ...planChoiceFlags,
    snapshotFlag,
    {
      flags: '--out <file>',
      text: { en: 'where the plan goes; default plan.json', zh: '计划文件，默认 plan.json' },
    },
    {
      flags: '--detailed-exitcode',
      text: { en: 'exit with 2 when the plan has changed', zh: '计划有变化时以退出码 2 结束' },
    },
  ],
  formats: documentFormats,
  examples: [
    'osferry plan create --playbook centos8-to-containeros --options plan-options.yaml -l role=worker',
    'osferry plan create --options plan-options.yaml --out plan.json --detailed-exitcode',
  ],
  async run(context, input) {
    const choices = await planChoices(context, input)
    const path = resolve(context.cwd, input.value('--out') ?? 'plan.json')
    const clusterFile = input.value('--cluster')
    const { plan, digest } = await createPlan(
      context,
      choices,
      clusterFile === undefined ? {} : { clusterFile },
    )
    const { hasChanged } = await writePlan(context, path, { plan, digest })
    const short = shortPath(context, path)
    const exit = exitOf(context, plan, {
      path: short,
      hasChanged: input.on('--detailed-exitcode') && hasChanged,
    })
    if (isForMachines(context)) await printDocument(context, { digest, path: short, plan, exit })
    else await printPlan(context, plan, { digest, path: short })
    tellExit(context, exit)
    return exit
  },
})

function exitOf(
  { say }: CommandContext,
  { nodes, leftOut }: Plan,
  { path, hasChanged }: { path: string; hasChanged: boolean },
): CommandExit {
  const next = nodes.length === 0 ? [] : [`osferry plan show ${path}`]
  const missing = {
    en: `${leftOut.length} of ${nodes.length + leftOut.length} hosts are not planned`,
    zh: `${nodes.length + leftOut.length} 台主机中有 ${leftOut.length} 台未纳入计划`,
  }
  if (hasChanged) {
    const also = leftOut.length === 0 ? { en: '', zh: '' } : { en: `; ${missing.en}`, zh: `；${missing.zh}` }
    const reason = say({ en: `the plan has changed${also.en}`, zh: `计划有变化${also.zh}` })
    return { code: 2, reason, next }
  }
  if (leftOut.length > 0) return { code: 3, reason: say(missing), next }
  return { code: 0, reason: say({ en: `${nodes.length} planned`, zh: `已计划 ${nodes.length} 台` }), next }
}
