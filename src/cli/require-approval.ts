import { requireApprovals } from '../inventory/judge-approvals.ts'
import { requireDigest, type PlanFile } from '../inventory/plan-file.ts'
import { MigrationError } from '../model/errors.ts'
import { ask } from './ask.ts'
import type { CommandContext } from './context.ts'
import type { CommandInput, FlagDefinition } from './define-command.ts'
import { allowedSignersOf, approvalsOf } from './plan-approvals.ts'
import { planHead } from './plan-text.ts'

/** By which whoever starts a run says what was approved. */
export const approveFlag: FlagDefinition = {
  flags: '--approve <sha256>',
  text: {
    en: 'digest of the plan that was approved, or at least its first twelve digits; --yes alone approves nothing',
    zh: '已获批准的计划的摘要，或至少前十二位；仅有 --yes 不构成批准',
  },
}

/** Who has approved a plan: by signatures, by its digest on the command line, or at the terminal. */
export type ApprovedBy =
  | { how: 'signatures'; who: readonly string[] }
  | { how: 'digest' }
  | { how: 'terminal' }

/**
 * Where it is set who may approve, the approvals beside the plan have to be enough. Otherwise whoever starts it names the
 * digest, by the flag or at the terminal. Throws APPROVAL_*, PLAN_DIGEST_WRONG, and INTERRUPTED for who thinks better of it.
 */
export async function requireApproval(
  context: CommandContext,
  input: CommandInput,
  file: PlanFile,
): Promise<ApprovedBy> {
  const given = input.value('--approve')
  if (given !== undefined) requireDigest(file, given)
  const signers = await allowedSignersOf(context)
  if (signers !== undefined) {
    const judged = await approvalsOf(context, file, signers)
    const required = context.settings.number('approvals.require') ?? 1
    requireApprovals(judged, { required, planPath: file.path })
    return {
      how: 'signatures',
      who: judged.filter(({ result }) => result === 'good').map(({ identity }) => identity),
    }
  }
  if (given !== undefined) return { how: 'digest' }
  if (!context.canPrompt || context.assumeYes)
    throw new MigrationError('APPROVAL_MISSING', `nobody has approved ${file.path}`, {
      hint: `look at it with osferry plan show ${file.path}; then add --approve ${file.digest}, or --allowed-signers FILE; --yes is no approval`,
      details: { file: file.path, digest: file.digest },
    })
  context.stderr.write(`${planHead(context, file)}\n`)
  const typed = await ask(
    context,
    context.say({
      en: 'Type the digest of the plan to start, twelve digits at least: ',
      zh: '请输入计划的摘要（至少前十二位）以开始执行：',
    }),
  )
  if (typed === '')
    throw new MigrationError('INTERRUPTED', context.say({ en: 'nothing was changed', zh: '没有任何更改' }))
  requireDigest(file, typed)
  return { how: 'terminal' }
}
