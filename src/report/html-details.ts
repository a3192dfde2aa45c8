import type { WaiverReport } from '../model/assessment.ts'
import { domains } from '../model/check.ts'
import type { FindingGroup, HostSheet, ReportFinding } from '../model/report.ts'
import type { Severity } from '../model/target.ts'
import { shorten } from '../model/visible-text.ts'
import type { HtmlPage } from './html-parts.ts'
import { checkTitle } from './html-parts.ts'
import { lineNames } from './lines.ts'
import type { Fix } from './remedy-text.ts'
import { toFix } from './remedy-text.ts'
import { tellingFindings } from './tally.ts'
import { domainWords, gapWords, say, severityWords, statusWords, waiverWords } from './words.ts'

interface Place {
  host: string
  anchor: string | null
  here: string
}

interface GroupRow {
  key: string
  title: string
  status: FindingGroup['status']
  statusWord: string
  severity: Severity
  severityWord: string
  hosts: number
  lines: string
  what: string
  fixes: readonly Fix[]
  places: readonly Place[]
  more: number
}

export interface Area {
  name: string
  groups: readonly GroupRow[]
  /** Groups of checks that could not tell: folded, as one unreadable host makes many of them. */
  unknown: readonly GroupRow[]
}

/** Hosts named under one group; the group's count is of all. */
const placeLimit = 25

/** Findings by area, each with the hosts that have it. */
export function areas(page: HtmlPage): Area[] {
  const places = collectPlaces(page)
  const { language, report } = page
  const named = [...domains, null].map((domain): Area => {
    const rows = report.groups
      .filter((group) => group.domain === domain)
      .map((group) => groupRow(group, places.get(groupId(group)) ?? [], page))
    return {
      name: domain === null ? page.w.otherArea : say(domainWords[domain], language),
      groups: rows.filter(({ status }) => status !== 'unknown'),
      unknown: rows.filter(({ status }) => status === 'unknown'),
    }
  })
  return named.filter(({ groups, unknown }) => groups.length + unknown.length > 0)
}

/** What was not checked, with titles and words. */
export function notCheckedView(page: HtmlPage): object {
  const { hosts, gaps, unknownChecks, crashedChecks, partialHosts } = page.report.notChecked
  const titled = (list: readonly { key: string; hosts: number }[]): object[] =>
    list.map(({ key, hosts }) => ({ key, hosts, title: checkTitle(key, page) }))
  return {
    nothing: hosts.length + gaps.length + unknownChecks.length + crashedChecks.length === 0,
    hosts: hosts.slice(0, rowLimit),
    moreHosts: Math.max(0, hosts.length - rowLimit),
    gaps: gaps.map(({ fact, reason, hosts, note }) => ({
      fact,
      hosts,
      reason: [say(gapWords[reason], page.language), ...(note === undefined ? [] : [note])].join(': '),
    })),
    unknownChecks: titled(unknownChecks),
    crashedChecks: titled(crashedChecks),
    partialHosts,
  }
}

const rowLimit = 200

/** Every waiver with what became of it. */
export function waiverRows({ report, language }: HtmlPage): (WaiverReport & { statusWord: string })[] {
  return report.waivers.map((waiver) => ({
    ...waiver,
    statusWord: say(waiverWords[waiver.status], language),
  }))
}

/** The catalogue of checks by area. */
export function catalogue({ report, language }: HtmlPage): object[] {
  return domains
    .map((domain) => ({
      name: say(domainWords[domain], language),
      checks: report.checks
        .filter((check) => check.domain === domain)
        .map(({ id, title, what, severity, targets, sources, origin }) => ({
          id,
          title: say(title, language),
          what: say(what, language),
          severity,
          severityWord: say(severityWords[severity], language),
          targets: targets.join(', '),
          sources,
          team: origin === 'team',
        })),
    }))
    .filter(({ checks }) => checks.length > 0)
}

function groupRow(group: FindingGroup, places: readonly Place[], page: HtmlPage): GroupRow {
  const { key, status, severity, hosts } = group
  const { language } = page
  const check = page.checks.get(key)
  return {
    key,
    title: checkTitle(key, page),
    status,
    statusWord: say(statusWords[status], language),
    severity,
    severityWord: say(severityWords[severity], language),
    hosts,
    lines: linesText(group, page),
    what: check === undefined ? '' : say(check.what, language),
    fixes: status === 'fail' ? (check?.remedies ?? []).map((remedy) => toFix(remedy, language)) : [],
    places,
    more: hosts - places.length,
  }
}

/** Where it was found: counts only where a line has fewer hosts than the group. */
function linesText({ byLine, hosts }: FindingGroup, { report, w }: HtmlPage): string {
  const everywhere = byLine.length === report.lines.length && byLine.every((line) => line.hosts === hosts)
  if (everywhere) return w.allTargets
  return byLine
    .map((line) => `${lineNames[line.kernelLine].short}${line.hosts === hosts ? '' : `: ${line.hosts}`}`)
    .join(' · ')
}

function collectPlaces(page: HtmlPage): Map<string, Place[]> {
  const places = new Map<string, Place[]>()
  for (const host of page.report.hosts) {
    for (const finding of tellingFindings(host)) addPlace(places, { host, finding, page })
  }
  return places
}

function addPlace(
  places: Map<string, Place[]>,
  { host, finding, page }: { host: HostSheet; finding: ReportFinding; page: HtmlPage },
): void {
  const id = groupId(finding)
  const list = places.get(id) ?? []
  places.set(id, list)
  const { name } = host.host
  if (list.length >= placeLimit || list.at(-1)?.host === name) return
  const here = shorten(say(finding.here, page.language), 300)
  list.push({ host: name, anchor: page.anchors.get(name) ?? null, here })
}

function groupId({ key, status, severity }: Pick<FindingGroup, 'key' | 'status' | 'severity'>): string {
  return JSON.stringify([key, status, severity])
}
