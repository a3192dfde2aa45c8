import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { approvalsPath, readApprovals } from '../inventory/approvals-file.ts'
import { judgeApprovals, type JudgedApproval } from '../inventory/judge-approvals.ts'
import type { PlanFile } from '../inventory/plan-file.ts'
import { readBounded } from '../inventory/read-bounded.ts'
import type { CommandContext } from './context.ts'
import { shortPath } from './state-paths.ts'

/**
 * The file that says who may approve; undefined when none is set. It is given to ssh-keygen by its path; that it can be read is
 * told here, by its name.
 */
export async function allowedSignersOf(context: CommandContext): Promise<string | undefined> {
  const path = context.settings.text('approvals.allowedSigners')
  if (path === undefined) return undefined
  await readBounded(path, { maxBytes: 8 * 1024 * 1024 })
  const { mode } = await stat(path)
  if ((mode & 0o022) !== 0)
    context.log.warn('others may write to the allowed-signers file, and so approve plans', {
      file: shortPath(context, path),
    })
  return path
}

/** The approvals beside a plan, each judged for the plan as it is now. */
export async function approvalsOf(
  { cwd, language, signal }: CommandContext,
  { path, digest }: Pick<PlanFile, 'path' | 'digest'>,
  allowedSigners: string,
): Promise<JudgedApproval[]> {
  const approvals = await readApprovals(approvalsPath(resolve(cwd, path)), language)
  return await judgeApprovals(approvals, { digest, allowedSigners, signal })
}
