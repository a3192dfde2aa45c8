import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import type { AnyCheck } from '../model/check.ts'
import { Domain, Effort, Remedy } from '../model/check.ts'
import { clusterListNames, type ClusterList } from '../model/cluster.ts'
import { MigrationError } from '../model/errors.ts'
import { factNames } from '../model/facts.ts'
import { nearest } from '../model/nearest.ts'
import { Severity, Target } from '../model/target.ts'

const words = z.strictObject({ en: z.string().trim().min(1), zh: z.string().trim().min(1) })
const factName = z.enum(factNames as [string, ...string[]])

/** The shape of a check, built-in or a team's own; both languages are required. */
export const CheckShape = z.looseObject({
  id: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'expected lower-case words joined by -'),
  domain: Domain,
  targets: z.array(Target).min(1),
  needs: z.array(factName),
  uses: z.array(factName).optional(),
  lists: z.array(z.enum(clusterListNames as [ClusterList, ...ClusterList[]])).optional(),
  severity: Severity,
  title: words,
  what: words,
  remedies: z.array(Remedy),
  effort: Effort,
  sources: z.array(z.string().min(1)).min(1),
  evaluate: z.custom<AnyCheck['evaluate']>((value) => typeof value === 'function', 'expected a function'),
})

/** Loads every check of a directory (.ts, .js, .mjs). The first bad one is CHECKS_INVALID with file and field. */
export async function loadTeamChecks(directory: string, taken: ReadonlySet<string>): Promise<AnyCheck[]> {
  const checks: AnyCheck[] = []
  const seen = new Map<string, string>([...taken].map((id) => [id, 'osferry itself']))
  for (const file of await checkFiles(directory)) {
    const found = await checksIn(file)
    if (found.length === 0)
      throw bad(file, { message: 'exports no check', hint: 'Export an object with id, evaluate and so on.' })
    for (const check of found) {
      const other = seen.get(check.id)
      if (other !== undefined)
        throw bad(file, { message: `id: ${check.id} is taken by ${other}`, hint: 'Choose another id.' })
      seen.set(check.id, file)
      checks.push(check)
    }
  }
  return checks
}

async function checkFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    throw bad(directory, {
      message: 'cannot be read',
      hint: 'Give --checks a directory with .ts, .js or .mjs files.',
      cause: error,
    })
  })
  const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
  const wanted = names.filter((name) => /\.(ts|js|mjs)$/.test(name) && !/\.(test|d)\.ts$/.test(name)).sort()
  if (wanted.length > 0) return wanted.map((name) => resolve(join(directory, name)))
  throw bad(directory, {
    message: 'holds no .ts, .js or .mjs file',
    hint: 'Give --checks the directory of your checks.',
  })
}

async function checksIn(file: string): Promise<AnyCheck[]> {
  let module: Record<string, unknown>
  try {
    module = (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw bad(file, {
      message: `cannot be loaded: ${message}`,
      hint: 'Run node on the file to see where it breaks.',
      cause: error,
    })
  }
  const values = Object.entries(module).flatMap(([name, value]) =>
    Array.isArray(value) ? value.map((item) => [name, item]) : [[name, value]],
  )
  const likely = values.filter(([, value]) => hasAny(value, ['evaluate', 'severity', 'needs']))
  // A file is there for its checks: what has but an id or a title is one that was only begun.
  const meant = likely.length > 0 ? likely : values.filter(([, value]) => hasAny(value, fields))
  return meant.map(([name, value]) => validCheck(file, String(name), value))
}

const fields = Object.keys(CheckShape.shape)

function hasAny(value: unknown, names: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && names.some((name) => name in value)
}

function validCheck(file: string, name: string, value: unknown): AnyCheck {
  const result = CheckShape.safeParse(value, { jitless: true })
  if (result.success) return value as AnyCheck
  const needed = result.error.issues
    .filter(({ path }) => path.length === 1)
    .map(({ path }) => String(path[0]))
  const missing = needed.filter((field) => (value as Record<string, unknown>)[field] === undefined)
  if (missing.length > 0) {
    throw bad(file, {
      message: `${name}: missing ${missing.join(', ')}`,
      hint: hintFor(value, []),
      cause: result.error,
    })
  }
  const issue = result.error.issues[0]
  const field = [name, ...(issue?.path ?? [])].map(String).join('.')
  throw bad(file, {
    message: `${field}: ${issue?.message ?? 'invalid'}`,
    hint: hintFor(value, issue?.path ?? []),
    cause: result.error,
  })
}

function hintFor(value: unknown, path: readonly PropertyKey[]): string {
  if (path[0] === 'needs' || path[0] === 'uses') {
    const list = (value as Record<string, unknown>)[path[0]]
    const typed: unknown = Array.isArray(list) ? list[Number(path[1])] : undefined
    const near = typeof typed === 'string' ? nearest(typed, factNames) : undefined
    if (near !== undefined) return `Did you mean the fact ${near}?`
  }
  if (path.at(-1) === 'zh' || path.at(-1) === 'en')
    return 'Titles and texts are needed in English and Chinese.'
  return 'A check has id, domain, targets, needs, severity, title, what, remedies, effort, sources and evaluate.'
}

function bad(file: string, problem: { message: string; hint: string; cause?: unknown }): MigrationError {
  const { message, hint, cause } = problem
  return new MigrationError('CHECKS_INVALID', `${file}: ${message}`, { hint, cause, details: { file } })
}
