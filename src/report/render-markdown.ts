import { clusterText, scopeText } from '../model/assessment-scope.ts'
import type { CheckInfo } from '../model/assessment.ts'
import { domains } from '../model/check.ts'
import { ofTotal } from '../model/fix-words.ts'
import type { FindingGroup, HostSheet, Report, ReportFinding } from '../model/report.ts'
import type { Language } from '../model/text.ts'
import { shorten, visibleBlock } from '../model/visible-text.ts'
import { lineNames } from './lines.ts'
import { fixesOf } from './remedy-text.ts'
import { leftOutNote } from './left-out.ts'
import { inert, table } from './markdown-text.ts'
import { tellingFindings } from './tally.ts'
import type { Word } from './words.ts'
import {
  domainWords,
  gapWords,
  say,
  severityWords,
  statusWords,
  verdictIcons,
  verdictWords,
  waiverWords,
  wordsIn,
} from './words.ts'
import { worstFirst } from './worst-first.ts'

/** Hosts with rows and sheets of their own; beyond it, the worst are shown and the page says where the rest is. */
const hostLimit = 500

interface Page {
  report: Report
  language: Language
  word: (word: Word) => string
  checks: ReadonlyMap<string, CheckInfo>
}

/** CommonMark with tables, for merge requests and job summaries; host-supplied text is always inert. */
export function* renderMarkdown(report: Report, language: Language): Generator<string> {
  const checks = new Map(report.checks.map((check) => [check.id, check]))
  const page: Page = { report, language, word: wordsIn(language), checks }
  const shown = report.hosts.length <= hostLimit ? report.hosts : worstFirst(report).slice(0, hostLimit)
  yield summary(page)
  yield matrix(page)
  yield blockers(page)
  yield groups(page)
  yield notChecked(page)
  yield waivers(page)
  yield hostTable(page, shown)
  yield `## ${page.word('sheets')}\n\n`
  for (const host of shown) yield hostSheet(host, page)
  if (shown.length < report.hosts.length) yield `${leftOutNote(shown.length, report, language)}\n\n`
  yield `## ${page.word('method')}\n\n`
  yield `${report.method.map((text) => `- ${say(text, language)}`).join('\n')}\n`
}

function summary({ report, language, word }: Page): string {
  const { numbers } = report
  const scope = scopeText(report.assessment, numbers.hosts)
  const cluster = clusterText(report.assessment.cluster)
  const rows = [
    [word('hosts'), numbers.hosts],
    [word('ready'), numbers.ready],
    [word('readyWithActions'), numbers.readyWithActions],
    [word('blocked'), numbers.blocked],
    [word('unknown'), numbers.unknown],
  ]
  return [
    `# ${word('title')}`,
    ...(scope === undefined ? [] : [inert(say(scope, language))]),
    ...(cluster === undefined ? [] : [inert(say(cluster, language))]),
    `**${verdictIcons[report.overall]} ${say(report.headline, language)}**`,
    table(
      rows.map(([name]) => String(name)),
      [rows.map(([, count]) => String(count))],
    ),
    `${word('readySomewhere')}: ${report.readySomewhere} · ${word('acceptedRisks')}: ${report.acceptedRisks} · ` +
      `${word('assessed')}: ${report.assessment.createdAt} · ${report.tool.name} ${report.tool.version}`,
    '',
  ].join('\n\n')
}

function matrix({ report, language, word }: Page): string {
  const header = [
    word('target'),
    word('kernel'),
    ...Object.values(verdictWords).map((text) => say(text, language)),
    word('readyShare'),
    ...(['fail', 'unknown', 'error', 'waived'] as const).map((status) => say(statusWords[status], language)),
  ]
  const rows = report.lines.map(({ target, kernelLine, verdicts, readyRatio, counts }) => [
    target,
    kernelLine === report.leading
      ? `**${lineNames[kernelLine].short}** (${word('leading')})`
      : lineNames[kernelLine].short,
    ...[verdicts.READY, verdicts.READY_WITH_ACTIONS, verdicts.BLOCKED, verdicts.UNKNOWN].map(String),
    `${Math.floor(readyRatio * 100)} %`,
    ...[counts.fail, counts.unknown, counts.error, counts.waived].map(String),
  ])
  return section(word('matrix'), table(header, rows))
}

function blockers({ report, language, word, checks }: Page): string {
  const parts = report.blockers.map(({ kernelLine, ranking }) => {
    const blocks = new Map(ranking.blockers.map(({ key, hosts }) => [key, hosts]))
    const steps = ranking.steps.map(({ fixes, hostsSoFar }, index) => [
      String(index + 1),
      fixes.map((key) => `${titleOf(checks.get(key), language)} (\`${key}\`)`).join('; '),
      fixes.map((key) => String(blocks.get(key) ?? 0)).join('; '),
      say(ofTotal(hostsSoFar, ranking.blockedHosts), language),
    ])
    const body =
      steps.length === 0
        ? word('noBlockers')
        : table([word('step'), word('fix'), word('blocks'), word('thenUnblocked')], steps)
    return `### ${lineNames[kernelLine].short}\n\n${body}`
  })
  return section(word('blockers'), [word('blockersNote'), ...parts].join('\n\n'))
}

function groups(page: Page): string {
  const { report, language, word } = page
  if (report.groups.length === 0) return section(word('findings'), word('noFindings'))
  const parts = [...domains, null].flatMap((domain) => {
    const here = report.groups.filter((group) => group.domain === domain)
    const area = domain === null ? word('otherArea') : say(domainWords[domain], language)
    return titled(area, here, (list) => areaTable(list, page))
  })
  return section(word('allFindings'), parts.join('\n\n'))
}

function areaTable(list: readonly FindingGroup[], { language, word, checks }: Page): string {
  const rows = list.map(({ key, status, severity, hosts, byLine }) => [
    `\`${key}\``,
    titleOf(checks.get(key), language),
    say(statusWords[status], language),
    say(severityWords[severity], language),
    String(hosts),
    byLine.map((line) => `${lineNames[line.kernelLine].short}: ${line.hosts}`).join(', '),
  ])
  const header = (['check', 'findings', 'status', 'severity', 'affected', 'onTargets'] as const).map(word)
  return table(header, rows)
}

function notChecked({ report, language, word, checks }: Page): string {
  const { hosts, gaps, unknownChecks, crashedChecks, partialHosts } = report.notChecked
  if (hosts.length + gaps.length + unknownChecks.length + crashedChecks.length === 0) {
    return section(word('notChecked'), word('everythingChecked'))
  }
  const byCheck = (list: readonly { key: string; hosts: number }[]): string =>
    table(
      [word('check'), word('affected')],
      list.map(({ key, hosts }) => [`${titleOf(checks.get(key), language)} (\`${key}\`)`, String(hosts)]),
    )
  const parts = [
    `${word('notCheckedNote')} ${word('partialHosts')}: ${partialHosts}`,
    ...titled(word('unreachedHosts'), hosts, (list) =>
      table(
        [word('host'), word('code'), word('message')],
        list.map(({ host, code, message, hint }) => [
          inert(host),
          `\`${code}\``,
          inert([message, hint].join(' ')),
        ]),
      ),
    ),
    ...titled(word('missingFacts'), gaps, (list) =>
      table(
        [word('fact'), word('reason'), word('affected')],
        list.map(({ fact, reason, hosts, note }) => [
          inert(fact),
          [say(gapWords[reason], language), ...(note === undefined ? [] : [inert(note)])].join(': '),
          String(hosts),
        ]),
      ),
    ),
    ...titled(word('unknownChecks'), unknownChecks, byCheck),
    ...titled(word('crashedChecks'), crashedChecks, byCheck),
  ]
  return section(word('notChecked'), parts.join('\n\n'))
}

function waivers({ report, language, word }: Page): string {
  if (report.waivers.length === 0) return section(word('waivers'), word('noWaivers'))
  const rows = report.waivers.map(({ check, selector, reason, owner, expires, status, uses }) => [
    inert(check),
    inert(selector),
    inert(reason),
    inert(owner),
    inert(expires),
    say(waiverWords[status], language),
    String(uses),
  ])
  const header = [
    word('check'),
    word('selector'),
    word('reason'),
    word('owner'),
    word('expires'),
    word('status'),
    word('uses'),
  ]
  return section(word('waivers'), table(header, rows))
}

function hostTable({ report, language, word }: Page, shown: readonly HostSheet[]): string {
  const lines = report.lines.map(({ kernelLine }) => kernelLine)
  const rows = shown.map(({ host, system, judgements }) => [
    inert(host.name),
    inert(system.os ?? '-'),
    ...lines.map((line) => {
      const judgement = judgements.find(({ kernelLine }) => kernelLine === line)
      if (judgement === undefined) return '-'
      return `${verdictIcons[judgement.verdict]} ${say(verdictWords[judgement.verdict], language)}`
    }),
  ])
  const header = [word('host'), word('system'), ...lines.map((line) => lineNames[line].short)]
  return section(word('hostList'), table(header, rows))
}

function hostSheet(sheet: HostSheet, page: Page): string {
  const { language } = page
  const { host, facts, judgements } = sheet
  const telling = tellingFindings(sheet)
  const untold = sheet.findings.length - telling.length
  const verdicts = judgements
    .map(
      ({ kernelLine, verdict }) => `${lineNames[kernelLine].short}: ${say(verdictWords[verdict], language)}`,
    )
    .join(' · ')
  const failure =
    facts.failure === undefined ? [] : [`✖ ${inert(`${facts.failure.code}: ${facts.failure.message}`)}`]
  const list = telling.map((finding) => findingItem(finding, page)).join('\n')
  const rest =
    untold === 0
      ? list === ''
        ? [page.word('nothingFound')]
        : []
      : [`${page.word('unknownChecks')}: ${untold}`]
  return [`### ${inert(host.name)}`, verdicts, ...failure, ...(list === '' ? [] : [list]), ...rest, ''].join(
    '\n\n',
  )
}

function findingItem(finding: ReportFinding, { checks, language, word }: Page): string {
  const check = checks.get(finding.key)
  const { status, severity, lines, waiver } = finding
  const what = `${say(statusWords[status], language)}, ${say(severityWords[severity], language)}`
  const fixes = fixesOf(finding, check, language).map((fix) => `  - ${word('remedy')}: ${inert(fix)}`)
  const evidence = finding.evidence.map(
    ({ command, excerpt }) => `  - ${inert(command)}:\n\n${fenced(excerpt, '    ')}`,
  )
  return [
    `- **${titleOf(check, language)}** (\`${finding.key}\`; ${what}; ${lines.map((line) => lineNames[line].short).join(', ')}): ${inert(say(finding.here, language))}`,
    ...(waiver === undefined
      ? []
      : [`  - ${inert(`${waiver.reason} (${waiver.owner}, ${waiver.expires})`)}`]),
    ...(status === 'fail' ? fixes : []),
    ...evidence,
  ].join('\n')
}

function titled<T>(title: string, list: readonly T[], render: (list: readonly T[]) => string): string[] {
  return list.length === 0 ? [] : [`### ${title}\n\n${render(list)}`]
}

function section(title: string, body: string): string {
  return `## ${title}\n\n${body}\n\n`
}

function titleOf(check: CheckInfo | undefined, language: Language): string {
  return check === undefined ? '?' : inert(say(check.title, language))
}

/** A code block that its own text cannot end: the fence is longer than any run of backticks in it. */
function fenced(text: string, indent: string): string {
  const lines = shorten(visibleBlock(text), 4000).split('\n')
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return [fence, ...lines, fence].map((line) => `${indent}${line}`).join('\n')
}
