import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { ensureStateDirectory, writeFileAtomically } from '../inventory/atomic-file.ts'
import { readPlan, type PlanFile } from '../inventory/plan-file.ts'
import { canonicalJson } from '../model/canonical-json.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import type { CommandContext } from './context.ts'
import { keptPlanPath } from './state-paths.ts'

/** Keeps a plan in the state directory, under its digest, so that its runs need no file of anybody. */
export async function keepPlan(context: CommandContext, plan: Plan, digest: string): Promise<void> {
  const path = keptPlanPath(context, digest)
  if (existsSync(path) && (await isWhole(path, digest))) return
  ensureStateDirectory(dirname(path))
  await writeFileAtomically(path, `${canonicalJson(plan)}\n`)
}

/** The plan of a run, as it was approved. Throws DOCUMENT_NOT_FOUND, and PLAN_DIGEST_WRONG when it was changed. */
export async function keptPlan(context: CommandContext, digest: string): Promise<PlanFile> {
  const file = await readPlan(keptPlanPath(context, digest))
  if (file.digest === digest) return file
  throw new MigrationError(
    'PLAN_DIGEST_WRONG',
    `${file.path} is not the plan of the run: its digest is ${file.digest}`,
    {
      hint: `somebody has changed it; put back the plan ${digest}`,
      details: { file: file.path, digest: file.digest, meant: digest },
    },
  )
}

async function isWhole(path: string, digest: string): Promise<boolean> {
  try {
    return (await readPlan(path)).digest === digest
  } catch (error) {
    if (isMigrationError(error)) return false
    throw error
  }
}
