import { hash } from 'node:crypto'
import { canonicalJson } from '../model/canonical-json.ts'
import { MigrationError } from '../model/errors.ts'
import { planIssues } from '../model/plan-rules.ts'
import { Plan } from '../model/plan.ts'
import { formatPath } from './issues.ts'
import { checkDocument, parseJson } from './json-document.ts'
import { firstDifference, jsonProblem } from './json-text.ts'
import { readBounded } from './read-bounded.ts'

const maxShown = 20

/** A plan, and what tells it from every other one. */
export interface PlanFile {
  plan: Plan
  path: string
  /** sha256 of the canonical JSON: the layout of the file does not count. */
  digest: string
}

/**
 * Reads plan/v1. Throws DOCUMENT_* errors; also for a text that people could read in another way than osferry does: a key
 * twice, or one that this osferry does not know; and for a plan that is not whole (planIssues).
 */
export async function readPlan(path: string): Promise<PlanFile> {
  const text = await readBounded(path)
  const value = parseJson(text, path)
  const problem = jsonProblem(text, value)
  if (problem !== undefined) throw unfit(path, problem)
  const plan = checkDocument(value, { path, schema: Plan, name: 'plan' })
  const unknown = firstDifference(value, plan)
  if (unknown !== undefined) throw unfit(path, `${formatPath(unknown)}: this osferry does not know it`)
  const issues = planIssues(plan)
  if (issues.length > 0) {
    const lines = issues.slice(0, maxShown).map((issue) => `${formatPath(issue.path)}: ${issue.message}`)
    throw unfit(
      path,
      [...lines, ...(issues.length > maxShown ? [`... ${issues.length - maxShown} more`] : [])].join('\n'),
    )
  }
  return { plan, path, digest: planDigest(plan) }
}

/** sha256 of a plan's canonical JSON (RFC 8785), in hex. */
export function planDigest(plan: Plan): string {
  return hash('sha256', canonicalJson(plan))
}

/** Throws PLAN_DIGEST_WRONG when the plan is not the one whose digest, or at least twelve digits of it, was given. */
export function requireDigest({ path, digest }: PlanFile, meant: string): void {
  const hex = digestDigits(meant)
  if (digest.startsWith(hex)) return
  throw new MigrationError('PLAN_DIGEST_WRONG', `the digest of ${path} is ${digest}, not ${hex}`, {
    hint: 'it is another plan than the one that was meant, or it was changed since: look at it with osferry plan show',
    details: { file: path, digest, meant: hex },
  })
}

/** The digits of a digest as somebody has typed it; throws USAGE for what is none. */
export function digestDigits(typed: string): string {
  const hex = typed.replace(/^sha256:/, '').toLowerCase()
  if (/^[0-9a-f]{12,64}$/.test(hex)) return hex
  throw new MigrationError('USAGE', `${JSON.stringify(typed)} is no digest of a plan`, {
    hint: 'a digest is the sha256 of the plan: 64 hex digits, or the first twelve of them at least',
  })
}

function unfit(path: string, problem: string): MigrationError {
  return new MigrationError('DOCUMENT_INVALID', `${path}: ${problem}`, {
    hint: 'plan documents are not meant to be edited: make it again, or restore it from a copy',
    details: { file: path },
  })
}
