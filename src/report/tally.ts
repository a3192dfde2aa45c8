import type { ResultCounts } from '../model/assessment.ts'
import type { BlockedHost } from '../model/blocker-ranking.ts'
import { rankBlockers } from '../model/blocker-ranking.ts'
import type { CheckInfo } from '../model/assessment.ts'
import type { KernelLine } from '../model/kernel.ts'
import type { FindingGroup, HostSheet, Report, ReportFinding, ReportLine } from '../model/report.ts'
import type { Confidence } from '../model/target.ts'
import { isAtLeast, severities } from '../model/target.ts'
import { compareLines } from './lines.ts'

const statusOrder = ['fail', 'error', 'unknown', 'waived'] as const

/** The target matrix: one row a line, in reading order. */
export function tallyLines(hosts: readonly HostSheet[]): ReportLine[] {
  const lines = new Map<KernelLine, ReportLine>()
  for (const { judgements } of hosts) {
    for (const { target, kernelLine, decides, verdict, confidence, counts } of judgements) {
      const line = lines.get(kernelLine) ?? { target, kernelLine, ...emptyLine() }
      lines.set(kernelLine, line)
      line.hosts += 1
      line.decidesFor += decides ? 1 : 0
      line.verdicts[verdict] += 1
      line.confidences[confidence] += 1
      addCounts(line.counts, counts)
    }
  }
  for (const line of lines.values()) line.readyRatio = line.verdicts.READY / hosts.length
  return [...lines.values()].sort((a, b) => compareLines(a.kernelLine, b.kernelLine))
}

/** The blockers of every line. */
export function tallyBlockers(hosts: readonly HostSheet[], lines: readonly ReportLine[]): Report['blockers'] {
  return lines.map(({ kernelLine }) => ({ kernelLine, ranking: rankBlockers(blockedOn(hosts, kernelLine)) }))
}

/**
 * Findings by check, status and severity; the gravest and most frequent first. A host that gave no facts would add one
 * "could not tell" to every check: it is listed once, under what was not checked, instead.
 */
export function tallyGroups(hosts: readonly HostSheet[], checks: readonly CheckInfo[]): FindingGroup[] {
  const domains = new Map(checks.map(({ id, domain }) => [id, domain]))
  const groups = new Map<string, { group: FindingGroup; lines: Map<KernelLine, number> }>()
  for (const host of hosts) {
    const seen = new Set<string>()
    for (const { key, status, severity, lines } of tellingFindings(host)) {
      const id = JSON.stringify([key, status, severity])
      const known = groups.get(id) ?? {
        group: { key, domain: domains.get(key) ?? null, status, severity, hosts: 0, byLine: [] },
        lines: new Map<KernelLine, number>(),
      }
      groups.set(id, known)
      if (!seen.has(id)) known.group.hosts += 1
      seen.add(id)
      for (const line of lines) {
        const place = `${id}${line}`
        if (!seen.has(place)) known.lines.set(line, (known.lines.get(line) ?? 0) + 1)
        seen.add(place)
      }
    }
  }
  return [...groups.values()].map(({ group, lines }) => withLines(group, lines)).sort(compareGroups)
}

/** The findings of a host that say something about it: not the unknowns of one that gave no facts. */
export function tellingFindings({ facts, findings }: HostSheet): readonly ReportFinding[] {
  if (facts.status === 'complete' || facts.status === 'partial') return findings
  return findings.filter(({ status }) => status !== 'unknown')
}

function withLines(group: FindingGroup, lines: ReadonlyMap<KernelLine, number>): FindingGroup {
  const byLine = [...lines].map(([kernelLine, hosts]) => ({ kernelLine, hosts }))
  return { ...group, byLine: byLine.sort((a, b) => compareLines(a.kernelLine, b.kernelLine)) }
}

function compareGroups(a: FindingGroup, b: FindingGroup): number {
  return (
    statusOrder.indexOf(a.status) - statusOrder.indexOf(b.status) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    b.hosts - a.hosts ||
    (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
  )
}

function* blockedOn(hosts: readonly HostSheet[], line: KernelLine): Generator<BlockedHost> {
  for (const { judgements, findings } of hosts) {
    const judgement = judgements.find(({ kernelLine }) => kernelLine === line)
    if (judgement?.verdict !== 'BLOCKED') continue
    const here = findings.filter(({ lines }) => lines.includes(line))
    yield {
      blockers: here
        .filter(({ status, severity }) => status === 'fail' && severity === 'block')
        .map(({ key }) => key),
      unknownOtherwise: here.some(
        ({ status, severity }) => status === 'error' || (status === 'unknown' && isAtLeast(severity, 'high')),
      ),
    }
  }
}

function emptyLine(): Omit<ReportLine, 'target' | 'kernelLine'> {
  const confidences: Record<Confidence, number> = { A: 0, B: 0, C: 0, D: 0, E: 0, F: 0 }
  return {
    decidesFor: 0,
    hosts: 0,
    verdicts: { READY: 0, READY_WITH_ACTIONS: 0, BLOCKED: 0, UNKNOWN: 0 },
    readyRatio: 0,
    counts: { pass: 0, fail: 0, unknown: 0, error: 0, waived: 0, notApplicable: 0 },
    confidences,
  }
}

function addCounts(sum: ResultCounts, counts: ResultCounts): void {
  sum.pass += counts.pass
  sum.fail += counts.fail
  sum.unknown += counts.unknown
  sum.error += counts.error
  sum.waived += counts.waived
  sum.notApplicable += counts.notApplicable
}
