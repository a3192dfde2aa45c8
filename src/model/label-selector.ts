import { z } from 'zod'
import { StringMap } from './api-object.ts'
import { MigrationError } from './errors.ts'

/** A selector of labels as Kubernetes objects hold it. */
export const LabelSelector = z.object({
  matchLabels: StringMap,
  matchExpressions: z
    .array(
      z.object({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).nullish(),
      }),
    )
    .nullish(),
})
export type LabelSelector = z.infer<typeof LabelSelector>

/** Both forms in which selectors are held: with what is left out, and with operators of a newer server. */
interface SelectorParts {
  matchLabels?: Readonly<Record<string, string>> | undefined
  matchExpressions?: readonly Requirement[] | null | undefined
}

/** True when the labels match all parts; a selector without parts matches everything, an unknown operator nothing. */
export function matchesLabels(
  { matchLabels = {}, matchExpressions }: SelectorParts,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labelOf(labels, key) === value) &&
    (matchExpressions ?? []).every((requirement) => holds(requirement, labelOf(labels, requirement.key)))
  )
}

/** The value of a label; undefined where there is none. */
export function labelOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined
}

/** One requirement of a selector; an unknown operator holds for nothing. */
export interface Requirement {
  key: string
  operator: string
  values?: readonly string[] | null | undefined
}

/** True when a requirement holds for the value of its key; `undefined` = there is no such key. */
export function holds({ operator, values }: Requirement, value: string | undefined): boolean {
  const isIn = value !== undefined && (values ?? []).includes(value)
  if (operator === 'In') return isIn
  // As Kubernetes has it: NotIn is true of objects without the label.
  if (operator === 'NotIn') return !isIn
  if (operator === 'Exists') return value !== undefined
  return operator === 'DoesNotExist' && value === undefined
}

/** True when nothing is asked of the labels. */
export function isEmptySelector({ matchLabels = {}, matchExpressions }: SelectorParts): boolean {
  return Object.keys(matchLabels).length === 0 && (matchExpressions ?? []).length === 0
}

const mostLetters = 4000
const mostParts = 50
const mostValues = 100

/** Sources: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ (syntax of keys and values). */
const namePattern = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/
const prefixPattern = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/

type Expression = NonNullable<LabelSelector['matchExpressions']>[number]

/**
 * Reads a label selector as kubectl takes it: `role=worker`, `role!=x`, `zone in (a,b)`, `zone notin (a)`, `gpu`, `!gpu`,
 * joined by commas. Throws USAGE, naming the part that is wrong.
 */
export function parseLabelSelector(text: string): LabelSelector {
  if (text.length > mostLetters) throw wrong(`is longer than ${mostLetters} letters`, text.slice(0, 40))
  const parts = partsOf(text)
  if (parts.length > mostParts) throw wrong(`has more than ${mostParts} parts`, text.slice(0, 40))
  return { matchLabels: {}, matchExpressions: parts.map((part) => expressionOf(part.trim())) }
}

/** The selector as a server takes it. */
export function selectorText({ matchLabels, matchExpressions }: LabelSelector): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`)
  const others = (matchExpressions ?? []).map(({ key, operator, values }) => {
    if (operator === 'Exists') return key
    if (operator === 'DoesNotExist') return `!${key}`
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${(values ?? []).join(',')})`
  })
  return [...equal, ...others].join(',')
}

/** Parts between commas that are in no parentheses. */
function partsOf(text: string): string[] {
  const parts: string[] = ['']
  let depth = 0
  for (const letter of text) {
    if (letter === '(') depth += 1
    if (letter === ')') depth -= 1
    if (letter === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += letter
  }
  return parts
}

function expressionOf(part: string): Expression {
  const set = /^(?<key>\S+)\s+(?<word>in|notin)\s*\((?<list>[^()]*)\)$/.exec(part)?.groups
  if (set !== undefined) {
    const values = (set['list'] ?? '').split(',').map((value) => value.trim())
    if (values.length > mostValues) throw wrong(`has more than ${mostValues} values`, part.slice(0, 40))
    return checked({ key: set['key'] ?? '', operator: set['word'] === 'in' ? 'In' : 'NotIn', values }, part)
  }
  const equal = /^(?<key>[^=!\s]+)\s*(?<sign>==|=|!=)\s*(?<value>[^=!\s]*)$/.exec(part)?.groups
  if (equal !== undefined) {
    const operator = equal['sign'] === '!=' ? 'NotIn' : 'In'
    return checked({ key: equal['key'] ?? '', operator, values: [equal['value'] ?? ''] }, part)
  }
  const isAbsent = part.startsWith('!')
  const key = isAbsent ? part.slice(1).trim() : part
  return checked({ key, operator: isAbsent ? 'DoesNotExist' : 'Exists' }, part)
}

function checked(expression: Expression, part: string): Expression {
  const slash = expression.key.indexOf('/')
  const [prefix, name] = [expression.key.slice(0, Math.max(0, slash)), expression.key.slice(slash + 1)]
  if (!namePattern.test(name) || (slash !== -1 && !prefixPattern.test(prefix)))
    throw wrong('has no valid key', part)
  if ((expression.values ?? []).some((value) => value !== '' && !namePattern.test(value)))
    throw wrong('has no valid value', part)
  return expression
}

function wrong(why: string, part: string): MigrationError {
  return new MigrationError('USAGE', `the label selector ${JSON.stringify(part)} ${why}`, {
    hint: 'as kubectl takes it: role=worker, role!=infra, zone in (a,b), gpu, !gpu, joined by commas',
  })
}
