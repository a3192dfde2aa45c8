import { requireApprovals, type ApprovalResult, type JudgedApproval } from '../inventory/judge-approvals.ts'
import { errorCodes, isMigrationError, MigrationError } from '../model/errors.ts'
import type { Text } from '../model/text.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, type CommandExit } from './define-command.ts'
import { isForMachines, printDocument, printListIfAny, tellExit, type Column } from './output.ts'
import { digestFlag, planArgument, planOf } from './plan-arguments.ts'
import { allowedSignersOf, approvalsOf } from './plan-approvals.ts'

const resultTexts: Readonly<Record<ApprovalResult, Text>> = {
  good: { en: 'good', zh: '有效' },
  'other-plan': { en: 'of another plan', zh: '属于另一个计划' },
  refused: { en: 'refused', zh: '被拒绝' },
  'same-signer': { en: 'same signer', zh: '同一签署人' },
}

/** `osferry plan verify PLAN --allowed-signers FILE --require N`: is the plan approved as it is now? */
export const planVerify = defineCommand({
  path: 'plan verify',
  details: {
    en: 'Counts the approvals beside the plan whose signature ssh-keygen verifies for the plan as it is now, by keys that the allowed-signers file has for their signers. Fewer than --require: exit code 5, with the reason of each that does not count.',
    zh: '统计计划旁的批准：签名须由 ssh-keygen 针对当前计划验证，且密钥须在 allowed-signers 文件中属于该签署人。少于 --require 时退出码为 5，并说明每个无效批准的原因。',
  },
  arguments: [planArgument],
  settings: ['approvals.allowedSigners', 'approvals.require'],
  flags: [digestFlag],
  examples: ['osferry plan verify plan.json --allowed-signers signers --require 2'],
  async run(context, input) {
    const allowedSigners = await allowedSignersOf(context)
    if (allowedSigners === undefined)
      throw new MigrationError('USAGE', 'who may approve is not known', {
        hint: 'add --allowed-signers FILE; a line of it: alice@example.com namespaces="osferry-plan" ssh-ed25519 AAAA...',
      })
    const file = await planOf(context, input)
    const { path, digest } = file
    const required = context.settings.number('approvals.require') ?? 1
    const judged = await approvalsOf(context, file, allowedSigners)
    const failure = failureOf(() => requireApprovals(judged, { required, planPath: path }))
    const good = judged.filter(({ result }) => result === 'good')
    const exit: CommandExit = {
      code: failure === undefined ? 0 : errorCodes[failure.code],
      reason:
        failure?.message ??
        context.say({
          en: `${path} is approved by ${good.map(({ identity }) => identity).join(', ')}`,
          zh: `${path} 已由 ${good.map(({ identity }) => identity).join('、')} 批准`,
        }),
      next: [],
    }
    await print(context, judged, { digest, required, exit })
    if (failure !== undefined) throw failure
    tellExit(context, exit)
    return exit
  },
})

async function print(
  context: CommandContext,
  judged: readonly JudgedApproval[],
  { digest, required, exit }: { digest: string; required: number; exit: CommandExit },
): Promise<void> {
  if (isForMachines(context) && context.format !== 'ndjson')
    return printDocument(context, { digest, required, approvals: judged, exit })
  const columns: readonly Column<JudgedApproval>[] = [
    { key: 'identity', title: { en: 'WHO', zh: '签署人' }, value: ({ identity }) => identity },
    {
      key: 'result',
      title: { en: 'RESULT', zh: '结果' },
      value: ({ result }) => context.say(resultTexts[result]),
    },
    { key: 'at', title: { en: 'WHEN', zh: '时间' }, value: ({ at }) => at },
    { key: 'key', title: { en: 'KEY', zh: '密钥' }, value: ({ key }) => key ?? '-', wrap: true },
    { key: 'reason', title: { en: 'REASON', zh: '原因' }, value: ({ reason }) => reason, wrap: true },
  ]
  await printListIfAny(context, { columns, items: judged, name: ({ identity }) => identity })
}

function failureOf(action: () => void): MigrationError | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    if (isMigrationError(error)) return error
    throw error
  }
}
