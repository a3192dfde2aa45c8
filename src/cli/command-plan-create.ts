import { snapshotFlag } from './cluster-flags.ts'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { writeFileAtomically } from '../inventory/atomic-file.ts'
import { planDigest, readPlan } from '../inventory/plan-file.ts'
import { readBounded } from '../inventory/read-bounded.ts'
import { canonicalJson } from '../model/canonical-json.ts'
import type { DataRule } from '../model/data-rules.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import { nearest } from '../model/nearest.ts'
import { planIssues } from '../model/plan-rules.ts'
import { Plan } from '../model/plan.ts'
import { makePlan } from '../plan/make-plan.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, documentFormats, type CommandExit } from './define-command.ts'
import { isForMachines, printDocument, tellExit } from './output.ts'
import { planCluster, sha256 } from './plan-cluster.ts'
import { planHosts } from './plan-hosts.ts'
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
    const { options, playbook } = await planChoices(context, input)
    const cluster = await planCluster(context, input.value('--cluster'))
    warnOfAge(context, cluster?.input.createdAt)
    const { chosen: hosts, names } = await planHosts(context, cluster)
    refuseUnknownHosts(options.data, names)
    const path = resolve(context.cwd, input.value('--out') ?? 'plan.json')
    const before = await digestBefore(context, path)
    const plan = makePlan({ version: context.version, playbook, options, hosts, cluster, sha256 })
    const [issue] = planIssues(Plan.parse(plan))
    if (issue !== undefined) throw new Error(`the plan is not whole: ${issue.message}`)
    const digest = planDigest(plan)
    const hasChanged = digest !== before
    await writeFileAtomically(path, `${canonicalJson(plan)}\n`)
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

/** Undefined when there was none, or a plan that cannot be read; what is no plan is not written over. */
async function digestBefore(context: CommandContext, path: string): Promise<string | undefined> {
  if (!existsSync(path)) return undefined
  try {
    return (await readPlan(path)).digest
  } catch (error) {
    if (!isMigrationError(error)) throw error
    const { code, message } = error
    if (code !== 'DOCUMENT_NEWER' && (await isPlanText(path))) {
      context.log.warn(message)
      return undefined
    }
    throw new MigrationError(
      'USAGE',
      `${shortPath(context, path)} is no plan of this osferry, and stays as it is`,
      {
        hint: 'name another file: --out FILE',
        cause: error,
      },
    )
  }
}

async function isPlanText(path: string): Promise<boolean> {
  const text = await readBounded(path)
  return text.trim() === '' || /"schema"\s*:\s*"plan\/v\d+"/.test(text)
}

/** A decision about a host that is spelled otherwise would be a decision about none. */
function refuseUnknownHosts(rules: readonly DataRule[], names: ReadonlySet<string>): void {
  for (const host of rules.flatMap(({ hosts }) => hosts ?? [])) {
    if (names.has(host)) continue
    const near = nearest(host, [...names])
    throw new MigrationError('PLAN_OPTIONS_INVALID', `data: hosts: no assessed host is called ${host}`, {
      hint: near === undefined ? 'osferry inventory list shows the names' : `Did you mean ${near}?`,
    })
  }
}

const oldAfterMs = 86_400_000

function warnOfAge({ log, clock }: CommandContext, createdAt: string | undefined): void {
  if (createdAt === undefined || Date.parse(clock.now()) - Date.parse(createdAt) <= oldAfterMs) return
  log.warn('the snapshot of the cluster is more than a day old: pods may be elsewhere by now', { createdAt })
}

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
