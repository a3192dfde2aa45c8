import { Eta } from 'eta/core'
import type { RunReport } from '../model/run-report.ts'
import type { Language } from '../model/text.ts'
import { visibleBlock } from '../model/visible-text.ts'
import { inert, table } from './markdown-text.ts'
import { toJson } from './render-json.ts'
import { runReportView } from './run-report-view.ts'

/** The texts of `reports/templates`, read by the caller. */
export interface RunReportAssets {
  /** run-report.eta */
  page: string
  /** report.css */
  css: string
  /** sha256 of `css` in base64, for the Content-Security-Policy. */
  cssSha256: string
}

/** run-report/v1 as JSON; characters that a terminal would obey are written as \uXXXX. */
export function renderRunJson(report: RunReport): string {
  return `${toJson(report)}\n`
}

/** CommonMark with tables; whatever nodes, programs and servers have said is inert. */
export function renderRunMarkdown(report: RunReport, language: Language): string {
  const { title, headline, meta, sections, none, method } = runReportView(report, language)
  const parts = [
    `# ${title}`,
    `**${inert(headline)}**`,
    meta.map(inert).join(' · '),
    ...sections.flatMap(({ title: heading, head, rows }) => [
      `## ${heading}`,
      rows.length === 0
        ? none
        : table(
            head,
            rows.map((cells) => cells.map(inert)),
          ),
    ]),
    `## ${method.title}`,
    method.lines.map((line) => `- ${line}`).join('\n'),
  ]
  return `${parts.join('\n\n')}\n`
}

/** One self-contained page: no scripts, nothing loaded, everything escaped. */
export function renderRunHtml(
  report: RunReport,
  { language, assets }: { language: Language; assets: RunReportAssets },
): string {
  const eta = new Eta({
    autoEscape: true,
    autoFilter: true,
    filterFunction: (value) => visibleBlock(String(value)),
  })
  return eta.render(eta.compile(assets.page), {
    lang: language,
    css: assets.css,
    csp: `default-src 'none'; style-src 'sha256-${assets.cssSha256}'; base-uri 'none'; form-action 'none'`,
    ...runReportView(report, language),
  })
}
