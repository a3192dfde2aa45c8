import type { Assessment, HostAssessment, TargetAssessment } from '../model/assessment.ts'
import { MigrationError } from '../model/errors.ts'
import type { HostSheet, Report, ResultSet } from '../model/report.ts'
import { fiveNumbers, leadingLine, overallVerdict, writeHeadline } from './headline.ts'
import type { SheetContext } from './host-sheet.ts'
import { toHostSheet } from './host-sheet.ts'
import { method } from './method.ts'
import { collectNotChecked } from './not-checked.ts'
import { createPool } from './pool.ts'
import { tallyBlockers, tallyGroups, tallyLines } from './tally.ts'

/** The first record of a saved assessment: what is known before its hosts. */
type ReportHead = Pick<
  Assessment,
  'tool' | 'createdAt' | 'targets' | 'selector' | 'inventoryHosts' | 'cluster' | 'checks'
>

/** The last record of a saved assessment. */
type ReportEnd = Pick<Assessment, 'waivers' | 'summary'>

export interface ReportOptions {
  head: ReportHead
  /** Now, ISO 8601 UTC; the caller owns the clock. */
  now: string
  /** sha256 (hex) of the assessment file, printed so that a report can be traced to it. */
  assessmentSha256?: string
  /** Characters of evidence kept for the whole fleet, 48 Mi by default; the rest is left out and marked. */
  evidenceCharacters?: number
}

/** Takes hosts one by one, so that a fleet never has to be in memory as whole documents. */
export interface ReportBuilder {
  addHost(host: HostAssessment): void
  /** Throws DOCUMENT_INVALID when the assessment says it holds another number of hosts. */
  finish(end: ReportEnd): Report
}

/** Starts a report; add every host, then finish. */
export function createReportBuilder(options: ReportOptions): ReportBuilder {
  const hosts: HostSheet[] = []
  const resultSets: ResultSet[] = []
  const pool = createPool()
  const context: SheetContext = {
    pool,
    catalogueRemedies: new Map(options.head.checks.map(({ id, remedies }) => [id, JSON.stringify(remedies)])),
    resultSet: createResultSets(resultSets),
    evidenceBudget: { left: options.evidenceCharacters ?? 48 * 1024 * 1024 },
  }
  return {
    addHost(host) {
      hosts.push(toHostSheet(host, context))
    },
    finish(end) {
      if (end.summary.hosts !== hosts.length) {
        throw new MigrationError(
          'DOCUMENT_INVALID',
          `The assessment says it holds ${end.summary.hosts} hosts, but ${hosts.length} were read.`,
          { hint: 'Run osferry assess again.' },
        )
      }
      return summarize(options, { end, hosts, resultSets })
    },
  }
}

/** A report of a whole assessment that is already in memory. */
export function buildReport(assessment: Assessment, options: Omit<ReportOptions, 'head'>): Report {
  const builder = createReportBuilder({ ...options, head: assessment })
  for (const host of assessment.hosts) builder.addHost(host)
  return builder.finish(assessment)
}

function summarize(
  { head, now, assessmentSha256 }: ReportOptions,
  { end, hosts, resultSets }: { end: ReportEnd; hosts: HostSheet[]; resultSets: ResultSet[] },
): Report {
  const lines = tallyLines(hosts)
  const leading = leadingLine(lines)
  const blockers = tallyBlockers(hosts, lines)
  const numbers = fiveNumbers(
    hosts.length,
    lines.find(({ kernelLine }) => kernelLine === leading),
  )
  const acceptedRisks = countAcceptedRisks(hosts)
  const ranking = blockers.find(({ kernelLine }) => kernelLine === leading)?.ranking
  return {
    schema: 'report/v1',
    tool: head.tool,
    createdAt: now,
    assessment: {
      createdAt: head.createdAt,
      sha256: assessmentSha256 ?? null,
      ...(head.selector === undefined ? {} : { selector: head.selector }),
      ...(head.inventoryHosts === undefined ? {} : { inventoryHosts: head.inventoryHosts }),
      ...(head.cluster === undefined ? {} : { cluster: head.cluster }),
    },
    headline: writeHeadline({
      numbers,
      leading,
      ranking,
      acceptedRisks,
      isSelection: head.selector !== undefined,
    }),
    overall: overallVerdict(numbers),
    numbers,
    leading,
    readySomewhere: hosts.filter(({ judgements }) => judgements.some(({ verdict }) => verdict === 'READY'))
      .length,
    acceptedRisks,
    lines,
    blockers,
    groups: tallyGroups(hosts, head.checks),
    notChecked: collectNotChecked(hosts),
    waivers: end.waivers,
    method: [...method],
    checks: head.checks,
    resultSets,
    hosts,
  }
}

function countAcceptedRisks(hosts: readonly HostSheet[]): number {
  return hosts
    .flatMap(({ judgements }) => judgements)
    .filter(({ decides }) => decides)
    .reduce((sum, { counts }) => sum + counts.waived, 0)
}

function createResultSets(sets: ResultSet[]): (target: TargetAssessment) => number {
  const known = new Map<string, number>()
  return ({ passed, notApplicable }) => {
    const key = JSON.stringify([passed, notApplicable])
    const index = known.get(key) ?? sets.length
    if (index === sets.length) {
      sets.push({ passed, notApplicable })
      known.set(key, index)
    }
    return index
  }
}
