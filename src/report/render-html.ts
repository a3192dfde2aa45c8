import type { Eta } from 'eta/core'
import { clusterText, scopeText } from '../model/assessment-scope.ts'
import type { HostSheet, Report } from '../model/report.ts'
import type { Language } from '../model/text.ts'
import { areas, catalogue, notCheckedView, waiverRows } from './html-details.ts'
import { hostRow, hostSheetView } from './html-hosts.ts'
import type { HtmlPage } from './html-parts.ts'
import { allWords, formatTime } from './html-parts.ts'
import { htmlHead, htmlTemplates, type HtmlStyle } from './html-style.ts'
import { blockerPanels, leadingBar, matrixRows, numberCards } from './html-summary.ts'
import { leftOutNote } from './left-out.ts'
import { lineNames } from './lines.ts'
import { say, statusWords } from './words.ts'
import { worstFirst } from './worst-first.ts'

/** The texts of `reports/templates`, read by the caller: this folder touches no files. */
export interface HtmlAssets extends HtmlStyle {
  /** report.eta */
  page: string
  /** host-sheet.eta */
  hostSheet: string
}

export interface HtmlOptions {
  language: Language
  assets: HtmlAssets
}

/** Hosts with a sheet, and the characters that all sheets together may take: the page stays a few MB. */
const sheetLimit = 500
const sheetCharacters = 2_500_000

/** One self-contained page: no scripts, nothing loaded, everything from hosts escaped. */
export function* renderHtml(report: Report, { language, assets }: HtmlOptions): Generator<string> {
  const eta = htmlTemplates()
  const shown = worstFirst(report).slice(0, sheetLimit)
  const page: HtmlPage = {
    report,
    language,
    w: allWords(language),
    checks: new Map(report.checks.map((check) => [check.id, check])),
    anchors: new Map(shown.map(({ host }, index) => [host.name, `h${index + 1}`])),
  }
  const sheets = renderSheets(eta, assets.hostSheet, { shown, page })
  const hosts = shown.slice(0, sheets.length)
  const visible = { ...page, anchors: new Map([...page.anchors].slice(0, sheets.length)) }
  yield eta.render(eta.compile(assets.page), pageView(visible, { assets, hosts, sheets }))
}

function renderSheets(
  eta: Eta,
  template: string,
  { shown, page }: { shown: readonly HostSheet[]; page: HtmlPage },
): string[] {
  const compiled = eta.compile(template)
  const sheets: string[] = []
  let left = sheetCharacters
  for (const host of shown) {
    const sheet = eta.render(compiled, hostSheetView(host, page))
    left -= sheet.length
    if (left < 0 && sheets.length > 0) break
    sheets.push(sheet)
  }
  return sheets
}

function pageView(
  page: HtmlPage,
  { assets, hosts, sheets }: { assets: HtmlAssets; hosts: readonly HostSheet[]; sheets: readonly string[] },
): object {
  const { report, language, w } = page
  const scope = scopeText(report.assessment, report.numbers.hosts)
  const cluster = clusterText(report.assessment.cluster)
  return {
    w,
    lang: language,
    ...htmlHead(assets),
    scope: scope === undefined ? null : say(scope, language),
    headline: say(report.headline, language),
    overall: report.overall,
    meta: [
      `${w.assessed} ${formatTime(report.assessment.createdAt)}`,
      `${w.made} ${formatTime(report.createdAt)}`,
      ...(cluster === undefined ? [] : [say(cluster, language)]),
      `${report.tool.name} ${report.tool.version}`,
      ...(report.assessment.sha256 === null ? [] : [`sha256 ${report.assessment.sha256.slice(0, 16)}…`]),
    ],
    leadingName: report.leading === null ? null : say(lineNames[report.leading].long, language),
    readySomewhere: report.readySomewhere,
    acceptedRisks: report.acceptedRisks,
    numbers: numberCards(page),
    bar: leadingBar(page),
    matrix: matrixRows(page),
    resultHeads: [
      w.passedHead,
      ...(['fail', 'unknown', 'error', 'waived'] as const).map((status) =>
        say(statusWords[status], language),
      ),
      w.notApplicableHead,
    ],
    blockers: blockerPanels(page),
    areas: areas(page),
    notChecked: notCheckedView(page),
    waivers: waiverRows(page),
    lineHeads: report.lines.map(({ kernelLine }) => lineNames[kernelLine].short),
    hosts: hosts.map((host) => hostRow(host, page)),
    leftOut: hosts.length < report.hosts.length ? leftOutNote(hosts.length, report, language) : null,
    sheets,
    method: report.method.map((text) => say(text, language)),
    catalogue: catalogue(page),
    checkCount: report.checks.length,
  }
}
