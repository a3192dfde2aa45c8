import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Assessment } from '../../src/model/assessment.ts'
import type { Report } from '../../src/model/report.ts'
import type { Language } from '../../src/model/text.ts'
import { languages } from '../../src/model/text.ts'
import { renderCsv } from '../../src/report/render-csv.ts'
import type { HtmlAssets } from '../../src/report/render-html.ts'
import { renderHtml } from '../../src/report/render-html.ts'
import { renderJson } from '../../src/report/render-json.ts'
import { renderJunit } from '../../src/report/render-junit.ts'
import { renderMarkdown } from '../../src/report/render-markdown.ts'
import type { RunReportAssets } from '../../src/report/render-run-report.ts'
import { renderRunHtml, renderRunJson, renderRunMarkdown } from '../../src/report/render-run-report.ts'
import { buildReport } from '../../src/report/report-model.ts'
import { sampleRunReport } from './sample-run.ts'

/** The templates of the HTML report, as the command line reads them. */
export function htmlAssets(): HtmlAssets {
  const read = (name: string): string =>
    readFileSync(new URL(`../../reports/templates/${name}`, import.meta.url), 'utf8')
  const css = read('report.css')
  return {
    page: read('report.eta'),
    hostSheet: read('host-sheet.eta'),
    css,
    cssSha256: createHash('sha256').update(css).digest('base64'),
  }
}

/** The report of the sample fleet; everything in it is fixed. */
export function sampleReport(): Report {
  const text = readFileSync(new URL('../fixtures/report/assessment.json', import.meta.url), 'utf8')
  return buildReport(Assessment.parse(JSON.parse(text)), {
    now: '2026-11-20T09:31:00.000Z',
    assessmentSha256: createHash('sha256').update(text).digest('hex'),
  })
}

/** Every golden file of `reports/samples`: name and content. */
export function* sampleFiles(): Generator<{ name: string; content: string }> {
  const report = sampleReport()
  yield { name: 'report.json', content: [...renderJson(report)].join('') }
  const run = sampleRunReport()
  yield { name: 'run-report.json', content: renderRunJson(run) }
  for (const language of languages) {
    yield* filesIn(language, report)
    const html = renderRunHtml(run, { language, assets: runAssets() })
    yield { name: `run-report.${language}.html`, content: html }
    yield { name: `run-report.${language}.md`, content: renderRunMarkdown(run, language) }
  }
}

/** The template and the style of the report of a run. */
export function runAssets(): RunReportAssets {
  const { css, cssSha256 } = htmlAssets()
  const page = new URL('../../reports/templates/run-report.eta', import.meta.url)
  return { page: readFileSync(page, 'utf8'), css, cssSha256 }
}

function* filesIn(language: Language, report: Report): Generator<{ name: string; content: string }> {
  const rendered = {
    html: renderHtml(report, { language, assets: htmlAssets() }),
    md: renderMarkdown(report, language),
    csv: renderCsv(report, language),
    'junit.xml': renderJunit(report, { language, failOn: 'block' }),
  }
  for (const [extension, pieces] of Object.entries(rendered)) {
    yield { name: `report.${language}.${extension}`, content: [...pieces].join('') }
  }
}
