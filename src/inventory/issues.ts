import { z } from 'zod'
import { nearest } from '../model/nearest.ts'
import type { Language } from '../model/text.ts'
import { shorten } from '../model/visible-text.ts'

type Path = readonly PropertyKey[]

export interface DescribeOptions {
  /** What was parsed: the value at fault is quoted from it. */
  document: unknown
  schema: z.ZodType
  language: Language
  /** `file:line:column` of a path, put in front of each issue. */
  place?: (path: Path) => string
  /** Where the document stands in a larger one: in front of every path that is shown. */
  under?: Path
}

const maxIssues = 20
const maxWords = 400

/** The zod error map of a language, for `safeParse(value, { error })`. */
export function issueLanguage(language: Language): z.core.$ZodErrorMap {
  const locale = language === 'zh-CN' ? z.locales.zhCN() : z.locales.en()
  return locale.localeError
}

/** One line an issue: place, path, what is expected, the nearest key or value; and the first path. */
export function describeIssues(
  error: z.core.$ZodError,
  options: DescribeOptions,
): { message: string; first: string } {
  const issues = error.issues.flatMap((issue) => deepest(issue))
  const lines = issues.slice(0, maxIssues).map((issue) => describe(issue, options))
  if (issues.length > maxIssues) lines.push(`... ${issues.length - maxIssues} more`)
  return { message: lines.join('\n'), first: formatPath(issues[0]?.path ?? []) }
}

/** `hosts[3].ssh.port` */
export function formatPath(path: Path): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
    )
    .join('')
}

function describe(issue: z.core.$ZodIssue, options: DescribeOptions): string {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path
  const whole = [...(options.under ?? []), ...path]
  const where = [options.place?.(whole), formatPath(whole)].filter(Boolean).join(': ')
  // A file of nothing but unknown keys would be told whole.
  const message = `${shorten(wordsOf(issue, options), maxWords)}${suggestion(issue, options)}`
  return where === '' ? message : `${where}: ${message}`
}

/** zod's "expected string, received undefined" says to nobody that a key is missing; a schema's own words stay. */
function wordsOf(issue: z.core.$ZodIssue, { document, language }: DescribeOptions): string {
  const isDefault = /^(Invalid input|无效输入)/.test(issue.message)
  if (issue.code !== 'invalid_type' || !isDefault || issue.path.length === 0) return issue.message
  if (valueAt(document, issue.path) !== undefined) return issue.message
  return language === 'zh-CN' ? '缺少该项' : 'is missing'
}

function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], document)
}

function suggestion(issue: z.core.$ZodIssue, { document, schema, language }: DescribeOptions): string {
  const zh = language === 'zh-CN'
  const [typed, allowed] = candidates(issue, document, schema)
  if (allowed.length === 0) return ''
  const meant = typed === undefined ? undefined : nearest(typed, allowed)
  const list = issue.code === 'unrecognized_keys' ? allowed.join(', ') : ''
  const known = list === '' ? '' : zh ? `；可用的键：${list}` : `; allowed: ${list}`
  if (meant === undefined) return known
  return zh ? `（是否想写 "${meant}"？）${known}` : ` (did you mean "${meant}"?)${known}`
}

function candidates(
  issue: z.core.$ZodIssue,
  document: unknown,
  schema: z.ZodType,
): [typed: string | undefined, allowed: string[]] {
  if (issue.code === 'unrecognized_keys') return [issue.keys[0], keysAt(schema, issue.path)]
  if (issue.code !== 'invalid_value') return [undefined, []]
  const value = valueAt(document, issue.path)
  return [typeof value === 'string' ? value : undefined, issue.values.map(String)]
}

/** A union's own message says nothing: the branch that got furthest does. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue]
  const branches = issue.errors.toSorted((a, b) => depth(b) - depth(a))
  return (branches[0] ?? []).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length))
}

/** The keys that the object schema at `path` has. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  let current: unknown = unwrapped(schema)
  for (const part of path) {
    if (current instanceof z.ZodObject) current = unwrapped(current.shape[String(part)])
    else if (current instanceof z.ZodArray) current = unwrapped(current.element)
    else if (current instanceof z.ZodRecord) current = unwrapped(current.valueType)
    else return []
  }
  return current instanceof z.ZodObject ? Object.keys(current.shape) : []
}

function unwrapped(schema: unknown): unknown {
  let current = schema
  while (current instanceof z.ZodOptional || current instanceof z.ZodNullable) current = current.unwrap()
  return current
}
