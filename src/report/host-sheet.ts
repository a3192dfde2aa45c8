import type { Finding, HostAssessment, TargetAssessment } from '../model/assessment.ts'
import type { Remedy } from '../model/check.ts'
import type { KernelLine } from '../model/kernel.ts'
import type { HostSheet, Judgement, ReportFinding } from '../model/report.ts'
import { severities } from '../model/target.ts'
import { compareLines } from './lines.ts'
import type { Pool } from './pool.ts'

/** What the sheets of one report share while they are made. */
export interface SheetContext {
  pool: Pool
  /** The catalogue's own fixes by check, as JSON: a finding that has just these need not repeat them. */
  catalogueRemedies: ReadonlyMap<string, string>
  /** Index of this set of passed and not applicable checks. */
  resultSet(target: TargetAssessment): number
  /** Characters of evidence that may still be kept; the rest is left out and said so. */
  evidenceBudget: { left: number }
}

const statusOrder = ['fail', 'error', 'unknown', 'waived'] as const

/** Folds an assessment of one host into its sheet: lines with the same finding share one entry, worst first. */
export function toHostSheet(assessment: HostAssessment, context: SheetContext): HostSheet {
  const judgements: Judgement[] = []
  const findings = new Map<string, ReportFinding>()
  for (const target of assessment.targets) {
    judgements.push({
      target: target.target,
      kernelLine: target.kernelLine,
      decides: true,
      verdict: target.verdict,
      confidence: target.confidence,
      counts: target.counts,
      resultSet: context.resultSet(target),
    })
    for (const finding of target.findings) addFinding(findings, target.kernelLine, { finding, context })
    for (const other of target.alternatives) {
      judgements.push({
        target: target.target,
        kernelLine: other.kernelLine,
        decides: false,
        verdict: other.verdict,
        confidence: target.confidence,
        counts: other.counts,
        resultSet: null,
      })
      for (const finding of other.findings) addFinding(findings, other.kernelLine, { finding, context })
    }
  }
  const { targets: _, ...rest } = assessment
  return {
    ...rest,
    judgements: judgements.sort((a, b) => compareLines(a.kernelLine, b.kernelLine)),
    findings: [...findings.values()].sort(compareFindings),
  }
}

function addFinding(
  findings: Map<string, ReportFinding>,
  line: KernelLine,
  { finding, context }: { finding: Finding; context: SheetContext },
): void {
  const id = JSON.stringify([finding.key, finding.status, finding.severity, finding.here, finding.remedies])
  const known = findings.get(id)
  if (known !== undefined && !known.lines.includes(line)) {
    known.lines.push(line)
    known.lines.sort(compareLines)
    return
  }
  findings.set(known === undefined ? id : `${id}#${findings.size}`, compactFinding(finding, line, context))
}

function compactFinding(finding: Finding, line: KernelLine, context: SheetContext): ReportFinding {
  const { pool } = context
  const remedies = ownRemedies(finding, context)
  const size = finding.evidence.reduce((sum, { excerpt }) => sum + excerpt.length, 0)
  const keep = size <= context.evidenceBudget.left
  if (keep) context.evidenceBudget.left -= size
  return {
    key: pool.text(finding.key),
    status: finding.status,
    severity: finding.severity,
    lines: [line],
    here: finding.here,
    evidence: keep
      ? finding.evidence.map((evidence) => ({ ...evidence, command: pool.text(evidence.command) }))
      : [],
    ...(keep ? {} : { evidenceLeftOut: true }),
    ...(remedies === undefined ? {} : { remedies }),
    ...(finding.waiver === undefined ? {} : { waiver: pool.value(finding.waiver) }),
    ...(finding.missing === undefined ? {} : { missing: pool.value(finding.missing) }),
  }
}

function ownRemedies(finding: Finding, context: SheetContext): Remedy[] | undefined {
  if (JSON.stringify(finding.remedies) === context.catalogueRemedies.get(finding.key)) return undefined
  return context.pool.value(finding.remedies)
}

/** Worst first: broken rules by severity, then crashed checks, then what could not be told, then accepted risks. */
function compareFindings(a: ReportFinding, b: ReportFinding): number {
  return (
    statusOrder.indexOf(a.status) - statusOrder.indexOf(b.status) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
  )
}
