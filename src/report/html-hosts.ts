import type { HostSheet, ReportFinding } from '../model/report.ts'
import type { Verdict } from '../model/target.ts'
import { shorten } from '../model/visible-text.ts'
import type { Chip, HtmlPage } from './html-parts.ts'
import { checkTitle, formatTime, toChip } from './html-parts.ts'
import { lineNames } from './lines.ts'
import { remediesOf, toFix } from './remedy-text.ts'
import { tellingFindings } from './tally.ts'
import { gapWords, say, severityWords, statusWords } from './words.ts'
import { leadingVerdict } from './worst-first.ts'

export interface HostRow {
  name: string
  anchor: string
  os: string
  role: string
  verdict: Verdict
  chips: readonly (Chip | null)[]
  confidence: string
}

/** One row of the table of hosts: a verdict under every line. */
export function hostRow(host: HostSheet, page: HtmlPage): HostRow {
  const { report, language } = page
  const leading = host.judgements.find(({ kernelLine }) => kernelLine === report.leading)
  return {
    name: shorten(host.host.name, 120),
    anchor: page.anchors.get(host.host.name) ?? '',
    os: shorten(host.system.os ?? host.facts.failure?.code ?? '–', 80),
    role: shorten(host.system.role ?? '–', 40),
    verdict: leadingVerdict(host, report),
    chips: report.lines.map(({ kernelLine }) => {
      const judgement = host.judgements.find((one) => one.kernelLine === kernelLine)
      return judgement === undefined ? null : toChip(judgement.verdict, language)
    }),
    confidence: leading?.confidence ?? 'F',
  }
}

/** Everything on one host's sheet, in one language. */
export function hostSheetView(host: HostSheet, page: HtmlPage): object {
  const { report, language, w } = page
  const { facts, system } = host
  const telling = tellingFindings(host)
  const labels = Object.entries(host.host.labels).map(([key, value]) => `${key}=${value}`)
  return {
    w,
    anchor: page.anchors.get(host.host.name),
    name: shorten(host.host.name, 200),
    verdict: toChip(leadingVerdict(host, report), language),
    properties: [
      [w.address, host.host.address],
      [w.system, [system.os, system.kernel, system.arch].filter((part) => part !== null).join(' · ')],
      [w.role, system.role ?? ''],
      [w.groups, host.host.groups.join(', ')],
      [w.labels, labels.join(', ')],
      [w.collected, facts.collectedAt === null ? '' : formatTime(facts.collectedAt)],
      [w.facts, [facts.status, facts.set, facts.privilege].filter((part) => part !== null).join(' · ')],
    ]
      .filter(([, value]) => value !== '')
      .map(([name, value]) => ({ name, value: shorten(value ?? '', 500) })),
    failure: facts.failure ?? null,
    judgements: host.judgements.map(({ kernelLine, verdict, confidence, counts, decides }) => ({
      short: lineNames[kernelLine].short,
      chip: toChip(verdict, language),
      confidence,
      counts,
      decides,
    })),
    gaps: facts.gaps.slice(0, 60).map(({ fact, reason, message }) => ({
      fact,
      reason: say(gapWords[reason], language),
      message: shorten(message, 200),
    })),
    findings: telling.map((finding) => findingView(finding, host, page)),
    untold: host.findings.length - telling.length,
  }
}

function findingView(finding: ReportFinding, host: HostSheet, page: HtmlPage): object {
  const { language } = page
  const check = page.checks.get(finding.key)
  const { status, severity, lines } = finding
  return {
    key: finding.key,
    title: checkTitle(finding.key, page),
    status,
    statusWord: say(statusWords[status], language),
    severity,
    severityWord: say(severityWords[severity], language),
    lines: lines.length === host.judgements.length ? [] : lines.map((line) => lineNames[line].short),
    here: shorten(say(finding.here, language), 1500),
    what: check === undefined ? '' : say(check.what, language),
    fixes: status === 'fail' ? remediesOf(finding, check).map((remedy) => toFix(remedy, language)) : [],
    evidence: finding.evidence.slice(0, 8).map(({ command, excerpt, sha256, collectedAt }) => ({
      command: shorten(command, 300),
      excerpt: shorten(excerpt, 1200),
      sha256: sha256 === null ? '' : sha256.slice(0, 16),
      collectedAt: collectedAt === null ? '' : formatTime(collectedAt),
    })),
    evidenceLeftOut: finding.evidenceLeftOut ?? false,
    missing: (finding.missing ?? []).slice(0, 20).map(({ fact, reason, message }) => ({
      fact,
      reason: say(gapWords[reason], language),
      message: shorten(message, 200),
    })),
    waiver: finding.waiver ?? null,
    sources: check?.sources ?? [],
  }
}
