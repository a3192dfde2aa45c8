import type { CheckInfo } from '../model/assessment.ts'
import type { Domain } from '../model/check.ts'
import { domains } from '../model/check.ts'
import type { KernelLine } from '../model/kernel.ts'
import type { HostSheet, Report, ReportFinding } from '../model/report.ts'
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
  xml: string
}

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
      yield* suite(report, { kernelLine, area, checks, options })
    }
  }
  yield '</testsuites>\n'
}

interface SuiteInput {
  kernelLine: KernelLine
  area: Domain | 'other'
  checks: ReadonlyMap<string, CheckInfo>
  options: JunitOptions
}

function* suite(report: Report, input: SuiteInput): Generator<string> {
  const { kernelLine, area, options } = input
  const cases = report.hosts.flatMap((host) => casesOf(report, host, input))
  if (cases.length === 0) return
  const count = (outcome: Case['outcome']): number => cases.filter((one) => one.outcome === outcome).length
  const attributes = {
    name: `${lineNames[kernelLine].target}/${kernelLine}/${area}`,
    timestamp: report.assessment.createdAt.replace(/(\.\d+)?Z$/, ''),
    hostname: 'osferry',
    tests: String(cases.length),
    failures: String(count('failure')),
    errors: String(count('error')),
    skipped: String(count('skipped')),
    time: '0',
  }
  yield `  <testsuite ${toAttributes(attributes)}>\n`
  yield `    <properties>${property('failOn', options.failOn)}</properties>\n`
  for (const { xml } of cases) yield `    ${xml}\n`
  yield '  </testsuite>\n'
}

function casesOf(report: Report, host: HostSheet, { kernelLine, area, checks, options }: SuiteInput): Case[] {
  const judgement = host.judgements.find((one) => one.kernelLine === kernelLine && one.decides)
  if (judgement === undefined) return []
  const isHere = ({ key }: { key: string }): boolean => (checks.get(key)?.domain ?? 'other') === area
  const open = (key: string): string => {
    const classname = `${judgement.target}.${kernelLine.replaceAll('.', '_')}.${area}`
    return `<testcase ${toAttributes({ classname, name: `${key} [${host.host.name}]`, time: '0' })}`
  }
  const findings = host.findings
    .filter((finding) => finding.lines.includes(kernelLine) && isHere(finding))
    .map((finding) => findingCase(open(finding.key), finding, { check: checks.get(finding.key), options }))
  const set = judgement.resultSet === null ? undefined : report.resultSets[judgement.resultSet]
  const passed = (set?.passed ?? [])
    .filter((key) => isHere({ key }))
    .map((key): Case => ({ outcome: 'passed', xml: `${open(key)}/>` }))
  const skipped = (set?.notApplicable ?? []).filter(isHere).map(({ key, reason }): Case => {
    return { outcome: 'skipped', xml: skippedCase(open(key), reason, options) }
  })
  return [...findings, ...passed, ...skipped]
}

function findingCase(
  open: string,
  finding: ReportFinding,
  { check, options }: { check: CheckInfo | undefined; options: JunitOptions },
): Case {
  const { language, failOn } = options
  const message = `${say(statusWords[finding.status], language)}: ${say(finding.here, language)}`
  const severity = `<properties>${property('severity', finding.severity)}</properties>`
  if (finding.status === 'waived') {
    const { reason, owner, expires } = finding.waiver ?? { reason: '', owner: '', expires: '' }
    const why = `${message} (${reason}; ${owner}; ${expires})`
    return {
      outcome: 'skipped',
      xml: `${open}>${severity}<skipped ${toAttributes({ message: why })}/></testcase>`,
    }
  }
  const fails = failOn !== 'never' && isAtLeast(finding.severity, failOn)
  if (finding.status === 'fail' && !fails) {
    return {
      outcome: 'passed',
      xml: `${open}>${severity}<system-out>${textNode(message)}</system-out></testcase>`,
    }
  }
  const outcome = finding.status === 'fail' ? 'failure' : 'error'
  const type = finding.status === 'fail' ? say(severityWords[finding.severity], language) : finding.status
  const body = textNode(detailsOf(finding, check, language))
  return {
    outcome,
    xml: `${open}>${severity}<${outcome} ${toAttributes({ type, message })}>${body}</${outcome}></testcase>`,
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
