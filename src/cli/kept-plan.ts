import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { ensureStateDirectory, writeFileAtomically } from '../inventory/atomic-file.ts'
import { digestDigits, readPlan, type PlanFile } from '../inventory/plan-file.ts'
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

/** The kept plan that begins with the digits that somebody has typed; undefined when there is none, or it was changed. */
export async function keptPlanBy(context: CommandContext, typed: string): Promise<PlanFile | undefined> {
  const digits = digestDigits(typed)
  const directory = dirname(keptPlanPath(context, digits))
  const names = existsSync(directory) ? readdirSync(directory) : []
  const name = names.find((one) => one.startsWith(digits) && one.endsWith('.json'))
  if (name === undefined) return undefined
  const digest = basename(name, '.json')
  return (await isWhole(keptPlanPath(context, digest), digest)) ? await keptPlan(context, digest) : undefined
}

async function isWhole(path: string, digest: string): Promise<boolean> {
  try {
    return (await readPlan(path)).digest === digest
  } catch (error) {
    if (isMigrationError(error)) return false
    throw error
  }
}
