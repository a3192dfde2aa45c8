import type { CheckInfo } from '../model/assessment.ts'
import type { HostSheet, Report, ReportFinding } from '../model/report.ts'
import type { Language } from '../model/text.ts'
import { shorten, visibleBlock, visibleLine } from '../model/visible-text.ts'
import { fixesOf } from './remedy-text.ts'
import { say } from './words.ts'

/** Columns of the CSV: stable names, the same in every language, so that other programs can rely on them. */
export const csvColumns = [
  'record',
  'host',
  'address',
  'groups',
  'labels',
  'target',
  'kernel_line',
  'decides',
  'verdict',
  'confidence',
  'pass',
  'fail',
  'unknown',
  'error',
  'waived',
  'not_applicable',
  'check',
  'status',
  'severity',
  'title',
  'here',
  'fix',
  'waiver_reason',
  'waiver_owner',
  'waiver_expires',
  'facts_status',
  'failure_code',
  'selector',
  'inventory_hosts',
] as const

/** A spreadsheet cell holds 32,767 characters. */
const cellLimit = 32_000

/**
 * RFC 4180 with CRLF. One `verdict` record a host and line, followed by its `finding` records. Cells that a spreadsheet
 * would run as a formula get a `'` first. Chinese starts with a byte order mark, without which Excel misreads it.
 */
export function* renderCsv(report: Report, language: Language): Generator<string> {
  const checks = new Map(report.checks.map((check) => [check.id, check]))
  yield `${language === 'zh-CN' ? '\uFEFF' : ''}${csvColumns.join(',')}\r\n`
  for (const host of report.hosts) {
    yield rowsOf(host, report)
      .map((row) => row(checks, language))
      .map((cells) => `${csvColumns.map((column) => csvCell(cells[column] ?? '')).join(',')}\r\n`)
      .join('')
  }
}

type Cells = Partial<Record<(typeof csvColumns)[number], string | number>>
type Row = (checks: ReadonlyMap<string, CheckInfo>, language: Language) => Cells

function rowsOf(host: HostSheet, { assessment }: Report): Row[] {
  const common: Cells = {
    host: host.host.name,
    address: host.host.address,
    groups: host.host.groups.join(' '),
    labels: Object.entries(host.host.labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
    facts_status: host.facts.status,
    failure_code: host.facts.failure?.code ?? '',
    selector: assessment.selector ?? '',
    inventory_hosts: assessment.inventoryHosts ?? '',
  }
  return host.judgements.flatMap(({ target, kernelLine, decides, verdict, confidence, counts }) => {
    const place: Cells = {
      ...common,
      target,
      kernel_line: kernelLine,
      decides: decides ? 'yes' : 'no',
      verdict,
    }
    const { notApplicable, ...others } = counts
    const summary: Row = () => ({
      ...place,
      ...others,
      record: 'verdict',
      confidence,
      not_applicable: notApplicable,
    })
    const findings = host.findings.filter(({ lines }) => lines.includes(kernelLine))
    return [summary, ...findings.map((finding) => findingRow(place, finding))]
  })
}

function findingRow(place: Cells, finding: ReportFinding): Row {
  return (checks, language) => {
    const check = checks.get(finding.key)
    return {
      ...place,
      record: 'finding',
      check: finding.key,
      status: finding.status,
      severity: finding.severity,
      title: check === undefined ? '' : say(check.title, language),
      here: say(finding.here, language),
      fix: fixesOf(finding, check, language).join('\n'),
      waiver_reason: finding.waiver?.reason ?? '',
      waiver_owner: finding.waiver?.owner ?? '',
      waiver_expires: finding.waiver?.expires ?? '',
    }
  }
}

function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const guarded = /^\s*[=+\-@\t\r＝＋－＠]/.test(value) ? `'${value}` : value
  const text = shorten(value.includes('\n') ? visibleBlock(guarded) : visibleLine(guarded), cellLimit)
  return /[",\r\n']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
