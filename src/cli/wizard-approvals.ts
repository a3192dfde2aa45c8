import { resolve } from 'node:path'
import { approvalsPath, readApprovals } from '../inventory/approvals-file.ts'
import { missingApprovals } from '../inventory/judge-approvals.ts'
import type { PlanFile } from '../inventory/plan-file.ts'
import type { PlanApprovals } from '../wizard/move.ts'
import type { CommandContext } from './context.ts'
import { allowedSignersOf, approvalsOf } from './plan-approvals.ts'

/** The approvals beside a plan, judged as `requireApproval` does. Warnings are a part of the answer: the terminal is the wizard's. */
export async function wizardApprovals(
  given: CommandContext,
  file: Pick<PlanFile, 'path' | 'digest'>,
): Promise<PlanApprovals> {
  const notes: string[] = []
  const context = { ...given, log: { ...given.log, warn: (message: string) => void notes.push(message) } }
  const signers = await allowedSignersOf(context)
  if (signers === undefined)
    return { required: null, missing: 0, given: await unjudged(context, file), notes }
  const judged = await approvalsOf(context, file, signers)
  const required = context.settings.number('approvals.require') ?? 1
  return {
    required,
    missing: missingApprovals(judged, required),
    given: judged.map(({ result, ...one }) => ({ ...one, counts: result === 'good' })),
    notes,
  }
}

/** Where it is not set who may approve, only whoever is named in the file can be told. */
async function unjudged(
  { cwd, language }: CommandContext,
  { path, digest }: Pick<PlanFile, 'path' | 'digest'>,
): Promise<PlanApprovals['given']> {
  const approvals = await readApprovals(approvalsPath(resolve(cwd, path)), language)
  return approvals
    .filter((one) => one.digest === digest)
    .map(({ identity, at }) => ({ identity, at, counts: null, key: null, reason: '' }))
}
