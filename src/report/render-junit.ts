import type { CheckInfo } from '../model/assessment.ts'
import type { Domain } from '../model/check.ts'
import { domains } from '../model/check.ts'
import type { KernelLine } from '../model/kernel.ts'
import type { HostSheet, Report, ReportFinding, ResultSet } from '../model/report.ts'
import type { Severity } from '../model/target.ts'
import { isAtLeast } from '../model/target.ts'
import type { Language, Text } from '../model/text.ts'
import { shorten, visibleBlock, visibleLine } from '../model/visible-text.ts'
import { lineNames } from './lines.ts'
import { fixesOf } from './remedy-text.ts'
import { say, severityWords, statusWords } from './words.ts'

export interface JunitOptions {
  language: Language
  /** A failed check at least this grave is a JUnit failure; milder ones pass with their severity as a property. */
  failOn: Severity | 'never'
}

interface Case {
  /** `failure`, `error` (could not tell, crashed), `skipped` (not applicable, accepted), or passed. */
  outcome: 'failure' | 'error' | 'skipped' | 'passed'
  /** Made when it is written, so that a large suite is never in memory. */
  xml: () => string
}

/** Above it, cases that passed or do not apply are counted in the suite's properties and not written one by one. */
const hostLimit = 500

/**
 * JUnit XML: one suite a target, kernel line and area, one case a check and host, for the lines that decide. Counts are
 * those of the report. Characters that XML 1.0 forbids are shown as `\x1b`.
 */
export function* renderJunit(report: Report, options: JunitOptions): Generator<string> {
  const checks = new Map(report.checks.map((check) => [check.id, check]))
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="osferry">\n`
  for (const { kernelLine, decidesFor } of report.lines) {
    if (decidesFor === 0) continue
    for (const area of [...domains, 'other'] as const) {
      const quiet = quietResults(report, (key) => (checks.get(key)?.domain ?? 'other') === area)
      yield* suite(report, { kernelLine, area, checks, quiet, options })
    }
  }
  yield '</testsuites>\n'
}

interface SuiteInput {
  kernelLine: KernelLine
  area: Domain | 'other'
  checks: ReadonlyMap<string, CheckInfo>
  /** The area's part of every result set. */
  quiet: readonly ResultSet[]
  options: JunitOptions
}

/** Only where a selector left hosts out. */
function scopeProperties({ assessment, numbers }: Report): string[] {
  const { selector, inventoryHosts } = assessment
  if (selector === undefined) return []
  return [
    property('selector', selector),
    property('hosts', String(numbers.hosts)),
    ...(inventoryHosts === undefined ? [] : [property('inventoryHosts', String(inventoryHosts))]),
  ]
}

function quietResults(report: Report, isHere: (key: string) => boolean): ResultSet[] {
  return report.resultSets.map(({ passed, notApplicable }) => ({
    passed: passed.filter(isHere),
    notApplicable: notApplicable.filter(({ key }) => isHere(key)),
  }))
}

function* suite(report: Report, input: SuiteInput): Generator<string> {
  const { kernelLine, area, options } = input
  const counts = { failure: 0, error: 0, skipped: 0, passed: 0 }
  const left = { passed: 0, notApplicable: 0 }
  for (const host of report.hosts) {
    for (const { outcome } of casesOf(report, host, input)) counts[outcome] += 1
    const quiet = leftOut(report, host, input)
    left.passed += quiet.passed.length
    left.notApplicable += quiet.notApplicable.length
  }
  const tests = counts.failure + counts.error + counts.skipped + counts.passed
  if (tests + left.passed + left.notApplicable === 0) return
  const attributes = {
    name: `${lineNames[kernelLine].target}/${kernelLine}/${area}`,
    timestamp: report.assessment.createdAt.replace(/(\.\d+)?Z$/, ''),
    hostname: 'osferry',
    tests: String(tests),
    failures: String(counts.failure),
    errors: String(counts.error),
    skipped: String(counts.skipped),
    time: '0',
  }
  const properties = [
    property('failOn', options.failOn),
    ...scopeProperties(report),
    ...Object.entries(left)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => property(`${name}LeftOut`, String(count))),
  ]
  yield `  <testsuite ${toAttributes(attributes)}>\n    <properties>${properties.join('')}</properties>\n`
  for (const host of report.hosts) {
    for (const { xml } of casesOf(report, host, input)) yield `    ${xml()}\n`
  }
  yield '  </testsuite>\n'
}

function* casesOf(report: Report, host: HostSheet, input: SuiteInput): Generator<Case> {
  const { kernelLine, area, checks, options } = input
  if (!decides(host, kernelLine)) return
  const open = (key: string): string => {
    const classname = `${lineNames[kernelLine].target}.${kernelLine.replaceAll('.', '_')}.${area}`
    return `<testcase ${toAttributes({ classname, name: `${key} [${host.host.name}]`, time: '0' })}`
  }
  for (const finding of host.findings) {
    const check = checks.get(finding.key)
    if ((check?.domain ?? 'other') !== area || !finding.lines.includes(kernelLine)) continue
    yield findingCase(() => open(finding.key), finding, { check, options })
  }
  if (report.hosts.length > hostLimit) return
  const { passed, notApplicable } = quietOf(host, input)
  for (const key of passed) yield { outcome: 'passed', xml: () => `${open(key)}/>` }
  for (const { key, reason } of notApplicable) {
    yield { outcome: 'skipped', xml: () => skippedCase(open(key), reason, options) }
  }
}

function leftOut(report: Report, host: HostSheet, input: SuiteInput): ResultSet {
  return report.hosts.length > hostLimit ? quietOf(host, input) : nothing
}

const nothing: ResultSet = { passed: [], notApplicable: [] }

function quietOf(host: HostSheet, { kernelLine, quiet }: SuiteInput): ResultSet {
  const judgement = host.judgements.find((one) => one.kernelLine === kernelLine && one.decides)
  return quiet[judgement?.resultSet ?? -1] ?? nothing
}

function decides(host: HostSheet, line: KernelLine): boolean {
  return host.judgements.some(({ kernelLine, decides }) => kernelLine === line && decides)
}

function findingCase(
  open: () => string,
  finding: ReportFinding,
  { check, options }: { check: CheckInfo | undefined; options: JunitOptions },
): Case {
  const { language, failOn } = options
  const { status, severity } = finding
  const message = (): string => `${say(statusWords[status], language)}: ${say(finding.here, language)}`
  const start = (): string => `${open()}><properties>${property('severity', severity)}</properties>`
  if (status === 'waived') {
    const { reason = '', owner = '', expires = '' } = finding.waiver ?? {}
    const why = (): string => `${message()} (${reason}; ${owner}; ${expires})`
    return {
      outcome: 'skipped',
      xml: () => `${start()}<skipped ${toAttributes({ message: why() })}/></testcase>`,
    }
  }
  if (status === 'fail' && (failOn === 'never' || !isAtLeast(severity, failOn))) {
    return {
      outcome: 'passed',
      xml: () => `${start()}<system-out>${textNode(message())}</system-out></testcase>`,
    }
  }
  const outcome = status === 'fail' ? 'failure' : 'error'
  const type = status === 'fail' ? say(severityWords[severity], language) : status
  return {
    outcome,
    xml: () => {
      const body = textNode(detailsOf(finding, check, language))
      return `${start()}<${outcome} ${toAttributes({ type, message: message() })}>${body}</${outcome}></testcase>`
    },
  }
}

function skippedCase(open: string, reason: Text, { language }: JunitOptions): string {
  return `${open}><skipped ${toAttributes({ message: say(reason, language) })}/></testcase>`
}

function detailsOf(finding: ReportFinding, check: CheckInfo | undefined, language: Language): string {
  const evidence = finding.evidence.map(({ command, excerpt }) => `$ ${command}\n${excerpt}`)
  const missing = (finding.missing ?? []).map(({ fact, reason, message }) => `${fact}: ${reason}: ${message}`)
  const what = check === undefined ? [] : [say(check.title, language), say(check.what, language)]
  return [...what, ...missing, ...fixesOf(finding, check, language), ...evidence].join('\n')
}

function property(name: string, value: string): string {
  return `<property ${toAttributes({ name, value })}/>`
}

function toAttributes(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}="${escapeXml(visibleLine(shorten(value, 2000)))}"`)
    .join(' ')
}

function textNode(text: string): string {
  return escapeXml(visibleBlock(shorten(text, 8000)))
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
