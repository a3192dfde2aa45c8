import type { AnyCheck, CheckContext, CheckOutcome } from '../model/check.ts'
import type { FactMap, FactName, GapReason } from '../model/facts.ts'
import type { NodeInput } from '../model/node-view.ts'
import type { Text } from '../model/text.ts'
import { guardedByNode, nodeAnswer } from './node-input.ts'

/** A needed fact that is not there, and why. */
export interface MissingFact {
  fact: FactName
  reason: GapReason
  message: string
}

/** What running one check on one host gave: its own outcome, or what kept it from having one. */
export type CheckResult =
  | CheckOutcome
  | { status: 'unknown'; reason: Text; evidence?: never; missing: readonly MissingFact[] }
  | { status: 'error'; reason: Text }

/** What a check is run with, and the snapshot of the cluster, which only checks of nodes are shown. */
export interface RunContext {
  context: CheckContext
  node: NodeInput | undefined
}

/**
 * Runs one check. A missing needed fact ends it before `evaluate`; whatever `evaluate` throws becomes `error`,
 * because a crashed check says nothing about the host and must never look like a pass.
 */
export function runCheck(check: AnyCheck, facts: FactMap, { context, node }: RunContext): CheckResult {
  const missing = missingFacts(check.needs, facts)
  if (missing.length > 0 && missing.every((gap) => wasNotRequested(check, gap))) return notRequested(missing)
  if (missing.length > 0) return { status: 'unknown', reason: missingText(missing), missing }
  const values: Values = {}
  if (check.lists !== undefined) {
    const answer = nodeAnswer(check, node, facts)
    if ('outcome' in answer) return answer.outcome
    values.node = answer.view
  }
  addValues(values, check.needs, facts)
  if (check.uses !== undefined) addValues(values, check.uses, facts)
  try {
    const outcome = guarded(check, check.evaluate(values as never, context), facts)
    if (check.lists === undefined || node === undefined || outcome.status === 'error' || 'missing' in outcome)
      return outcome
    return guardedByNode(check, outcome, node)
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return {
      status: 'error',
      reason: {
        en: `The check crashed, so it says nothing about this host: ${message}`,
        zh: `检查程序自身出错，因此无法判断本主机：${message}`,
      },
    }
  }
}

function wasNotRequested({ onRequest }: AnyCheck, { fact, reason }: MissingFact): boolean {
  return reason === 'not-collected' && onRequest?.includes(fact) === true
}

function notRequested(missing: readonly MissingFact[]): CheckResult {
  const list = missing.map(({ fact }) => fact).join(', ')
  return {
    status: 'not-applicable',
    reason: {
      en: `Not asked for: ${list} is read by osferry collect --deep only.`,
      zh: `未要求采集：${list} 仅在 osferry collect --deep 时读取。`,
    },
  }
}

/** The facts that are there but not whole. */
export function degradedNames(facts: FactMap): ReadonlySet<FactName> {
  const names = Object.keys(facts) as FactName[]
  return new Set(names.filter((name) => noteOf(facts, name) !== undefined))
}

function noteOf(facts: FactMap, name: FactName): string | undefined {
  const fact = facts[name]
  return fact?.status === 'ok' ? fact.degraded : undefined
}

/** What was seen of a part proves a failure, but never that there is nothing: no clean answer rests on a part. */
function guarded(check: AnyCheck, outcome: CheckOutcome, facts: FactMap): CheckResult {
  if (outcome.status !== 'pass' && outcome.status !== 'not-applicable') return outcome
  const missing = degradedFacts(check, facts)
  if (missing.length === 0) return outcome
  return { status: 'unknown', reason: degradedText(missing), missing }
}

function degradedFacts({ needs, toleratesDegraded }: AnyCheck, facts: FactMap): MissingFact[] {
  return needs.flatMap((name): MissingFact[] => {
    const message = noteOf(facts, name)
    if (message === undefined || toleratesDegraded?.includes(name) === true) return []
    return [{ fact: name, reason: 'degraded', message }]
  })
}

/** The needed facts that are not there, in the order in which the check names them. */
function missingFacts(needs: readonly FactName[], facts: FactMap): MissingFact[] {
  const missing: MissingFact[] = []
  for (const name of needs) {
    const fact = facts[name]
    if (fact === undefined) {
      missing.push({ fact: name, reason: 'not-collected', message: 'not in the facts of this host' })
    } else if (fact.status === 'unavailable') {
      missing.push({ fact: name, reason: fact.reason, message: fact.message })
    }
  }
  return missing
}

type Values = Partial<Record<FactName | 'node', unknown>>

function addValues(values: Values, names: readonly FactName[], facts: FactMap): void {
  for (const name of names) {
    const fact = facts[name]
    if (fact?.status === 'ok') values[name] = fact.value
  }
}

function missingText(missing: readonly MissingFact[]): Text {
  const list = missing.map(({ fact, reason }) => `${fact} (${reason})`).join(', ')
  return {
    en: `Not judged, because facts are missing: ${list}.`,
    zh: `缺少以下事实，无法判断：${list}。`,
  }
}

function degradedText(missing: readonly MissingFact[]): Text {
  const list = missing.map(({ fact, message }) => `${fact} (${message})`).join('; ')
  return {
    en: `Nothing was found, but not everything was seen: ${list}.`,
    zh: `未发现问题，但并未看到全部信息：${list}。`,
  }
}
