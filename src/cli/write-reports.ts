import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { readAssessment } from '../inventory/assessment-file.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import type { Report } from '../model/report.ts'
import type { Severity } from '../model/target.ts'
import type { Language } from '../model/text.ts'
import { createReportBuilder } from '../report/report-model.ts'
import type { ReportBuilder } from '../report/report-model.ts'
import type { HtmlAssets } from '../report/render-html.ts'
import type { HtmlStyle } from '../report/html-style.ts'
import type { RunReportAssets } from '../report/render-run-report.ts'
import type { ReportFormat } from './config-schema.ts'
import { writeFilePieces, type ReportFile, type ReportFileNames } from './report-files.ts'

/** The name of a format's file in the report directory. */
export const reportFileNames: ReportFileNames<ReportFormat> = {
  html: 'report.html',
  md: 'report.md',
  json: 'report.json',
  junit: 'junit.xml',
  csv: 'findings.csv',
}

export interface RenderOptions {
  language: Language
  failOn: Severity | 'never'
}

/** Reads a saved assessment into a report. */
export async function readReport(path: string, now: string): Promise<Report> {
  const assessmentSha256 = await fileSha256(path).catch(() => undefined)
  let builder: ReportBuilder | undefined
  try {
    for await (const record of readAssessment(path)) {
      if (record.record === 'head') {
        builder = createReportBuilder({
          head: record,
          now,
          ...(assessmentSha256 === undefined ? {} : { assessmentSha256 }),
        })
      } else if (record.record === 'host') {
        builder?.addHost(record)
      } else if (builder !== undefined) {
        return builder.finish(record)
      }
    }
  } catch (error) {
    if (!isMigrationError(error, 'DOCUMENT_NOT_FOUND')) throw error
    throw new MigrationError('DOCUMENT_NOT_FOUND', error.message, {
      hint: 'make one first: osferry assess',
      cause: error,
    })
  }
  throw new MigrationError('DOCUMENT_INVALID', `${path} holds no assessment`, {
    hint: 'run osferry assess again',
  })
}

/** The text of a report in one format, in pieces. */
export async function* renderReport(
  report: Report,
  format: ReportFormat,
  options: RenderOptions,
): AsyncGenerator<string> {
  const { language, failOn } = options
  if (format === 'html') {
    const { renderHtml } = await import('../report/render-html.ts')
    yield* renderHtml(report, { language, assets: await htmlAssets() })
  } else if (format === 'md') {
    yield* (await import('../report/render-markdown.ts')).renderMarkdown(report, language)
  } else if (format === 'json') {
    yield* (await import('../report/render-json.ts')).renderJson(report)
  } else if (format === 'junit') {
    yield* (await import('../report/render-junit.ts')).renderJunit(report, { language, failOn })
  } else {
    yield* (await import('../report/render-csv.ts')).renderCsv(report, language)
  }
}

/** Writes one report file; it appears whole or not at all. */
export async function writeReportFile(
  report: Report,
  { path, format }: ReportFile<ReportFormat>,
  options: RenderOptions,
): Promise<void> {
  await writeFilePieces(path, renderReport(report, format, options))
}

async function htmlAssets(): Promise<HtmlAssets> {
  const [page, hostSheet, style] = await Promise.all([
    readTemplate('report.eta'),
    readTemplate('host-sheet.eta'),
    htmlStyle(),
  ])
  return { page, hostSheet, ...style }
}

/** The template of the report of a run, with the style that both reports share. */
export async function runReportAssets(): Promise<RunReportAssets> {
  const [page, style] = await Promise.all([readTemplate('run-report.eta'), htmlStyle()])
  return { page, ...style }
}

async function htmlStyle(): Promise<HtmlStyle> {
  const css = await readTemplate('report.css')
  return { css, cssSha256: createHash('sha256').update(css).digest('base64') }
}

/** Templates lie in the package beside src or dist. */
async function readTemplate(name: string): Promise<string> {
  let missing: unknown
  for (const up of ['../../', '../../../']) {
    try {
      return await readFile(new URL(join(up, 'reports/templates', name), import.meta.url), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      missing = error
    }
  }
  throw missing
}

async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
