import type { RunReport } from '../model/run-report.ts'
import type { Language } from '../model/text.ts'
import { htmlHead, htmlTemplates, type HtmlStyle } from './html-style.ts'
import { inert, table } from './markdown-text.ts'
import { toJson } from './render-json.ts'
import { runReportView } from './run-report-view.ts'

/** The texts of `reports/templates`, read by the caller. */
export interface RunReportAssets extends HtmlStyle {
  /** run-report.eta */
  page: string
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
  const eta = htmlTemplates()
  return eta.render(eta.compile(assets.page), {
    lang: language,
    ...htmlHead(assets),
    ...runReportView(report, language),
  })
}
