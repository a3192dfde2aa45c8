import type { Finding, ResultCounts } from '../model/assessment.ts'
import { isAtLeast, type Verdict } from '../model/target.ts'

/**
 * One host's verdict for one target, gravest rule first. What surely blocks comes before what we could not tell: the
 * unknowns stay listed, but no answer to them would make the host ready.
 */
export function judge(findings: readonly Finding[], factsUsable: boolean): Verdict {
  if (findings.some((finding) => finding.status === 'fail' && finding.severity === 'block')) return 'BLOCKED'
  if (!factsUsable || findings.some(keepsUnknown)) return 'UNKNOWN'
  return findings.some(asksForAction) ? 'READY_WITH_ACTIONS' : 'READY'
}

/** How many results of each kind a host has for one target. */
export function countResults(
  findings: readonly Finding[],
  passed: number,
  notApplicable: number,
): ResultCounts {
  const counts = { pass: passed, fail: 0, unknown: 0, error: 0, waived: 0, notApplicable }
  for (const { status } of findings) counts[status]++
  return counts
}

function keepsUnknown({ status, severity }: Finding): boolean {
  return status === 'error' || (status === 'unknown' && isAtLeast(severity, 'high'))
}

/** An accepted risk is still one: a waived finding keeps the host from READY, as an open one does. */
function asksForAction({ severity }: Finding): boolean {
  return severity !== 'info'
}
