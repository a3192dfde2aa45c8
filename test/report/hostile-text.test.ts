import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { languages } from '../../src/model/text.ts'
import { renderCsv } from '../../src/report/render-csv.ts'
import { renderHtml } from '../../src/report/render-html.ts'
import { renderJson } from '../../src/report/render-json.ts'
import { renderJunit } from '../../src/report/render-junit.ts'
import { renderMarkdown } from '../../src/report/render-markdown.ts'
import { buildReport } from '../../src/report/report-model.ts'
import { htmlAssets } from '../support/sample-reports.ts'
import { parseCsv } from './parse-back.ts'
import { hostileTexts, randomAssessment } from './random-assessment.ts'

const reports = randomAssessment.map((assessment) =>
  buildReport(assessment, { now: '2026-11-20T09:31:00.000Z' }),
)
const assets = htmlAssets()
const text = (pieces: Iterable<string>): string => [...pieces].join('')
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

/** Runs a property on every report, with few runs: each renders whole documents. */
function forReports(check: (report: ReturnType<typeof buildReport>) => void): void {
  fc.assert(fc.property(reports, check), { numRuns: 30 })
}

describe('text from hosts', () => {
  it('reaches no format with control, bidirectional or invisible characters', () => {
    forReports((report) => {
      for (const language of languages) {
        const formats = [
          text(renderJson(report)).replaceAll('\n', ''),
          text(renderCsv(report, language))
            .replace(/^\uFEFF/, '')
            .replaceAll(/\r?\n|\t/g, ''),
          text(renderMarkdown(report, language)).replaceAll(/[\n\t]/g, ''),
          text(renderJunit(report, { language, failOn: 'block' })).replaceAll(/[\n\t]/g, ''),
          text(renderHtml(report, { language, assets })).replaceAll(/[\n\t]/g, ''),
        ]
        for (const format of formats) expect(hidden.exec(format)).toBeNull()
      }
    })
  })

  it('is the same after JSON as before', () => {
    forReports((report) => {
      expect(JSON.parse(text(renderJson(report)))).toEqual(JSON.parse(JSON.stringify(report)))
    })
  })

  it('never starts a CSV cell as a formula', () => {
    forReports((report) => {
      const [, ...rows] = parseCsv(text(renderCsv(report, 'en')))
      for (const cell of rows.flat()) expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]/)
    })
  })

  it('cannot open or close an element in HTML', () => {
    const tags = (html: string): string[] =>
      (html.match(/<[^>]*>/g) ?? []).filter((tag) => !expected.test(tag))
    const expected =
      /^<(!doctype html|\/?(html|head|body|meta|title|style|svg|defs|pattern|rect|circle|symbol|path|use|header|main|nav|section|div|span|p|h[1-4]|dl|dt|dd|table|thead|tbody|tr|th|td|details|summary|ol|ul|li|code|pre|strong|a|article|figure|figcaption)\b[^<>]*)>$/
    forReports((report) => {
      const html = text(renderHtml(report, { language: 'en', assets })).replace(/<style>.*?<\/style>/s, '')
      expect(tags(html)).toEqual([])
      expect(html.replaceAll(/"[^"<>]*"/g, '')).not.toMatch(/<[^>]*\son[a-z]+=/i)
      expect(html).not.toMatch(/<(script|img|iframe|object|embed|link|base|form|input)/i)
      expect(html).not.toMatch(/(href|src)="(?!#)/)
    })
  })

  it('leaves JUnit well-formed', () => {
    forReports((report) => {
      expect(isWellFormed(text(renderJunit(report, { language: 'zh-CN', failOn: 'low' })))).toBe(true)
    })
  })

  it('cannot add rows, headings, links or HTML to Markdown', () => {
    forReports((report) => {
      const markdown = text(renderMarkdown(report, 'en')).replaceAll(/^ {4}(`{3,})\n.*?^ {4}\1$/gms, '')
      expect(markdown).not.toMatch(/<[a-z/!]/i)
      expect(markdown).not.toMatch(/(?<!\\)\]\(/)
      const tables = markdown.split('\n').filter((line) => line.startsWith('| '))
      for (const line of tables) expect(line.endsWith(' |')).toBe(true)
      expect(markdown.match(/^# /gm)).toHaveLength(1)
    })
  })

  it('keeps every hostile sample readable in the HTML sheet', () => {
    const [sample] = fc
      .sample(randomAssessment, { numRuns: 200, seed: 7 })
      .filter(({ hosts }) => hosts.length > 2)
    expect(sample).toBeDefined()
    if (sample === undefined) return
    for (const [index, host] of sample.hosts.entries()) host.host.address = hostileTexts[index] ?? ''
    const html = text(
      renderHtml(buildReport(sample, { now: '2026-11-20T09:31:00.000Z' }), { language: 'en', assets }),
    )
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(html).toContain('&quot;onload=&quot;alert(1)')
  })
})

/** Every element is closed in order, attributes are quoted, and no bare `&` or `<` is left. */
function isWellFormed(xml: string): boolean {
  const open: string[] = []
  const token = /<\?xml[^?]*\?>|<(\/?)([A-Za-z-]+)((?: [A-Za-z]+="[^"<]*")*)(\/?)>|[^<]+/y
  while (token.lastIndex < xml.length) {
    const match = token.exec(xml)
    if (match === null || /&(?!#\d+;)/.test(match[0])) return false
    const [, closes, name = '', , empty] = match
    if (name === '' || empty === '/') continue
    if (closes !== '/') open.push(name)
    else if (open.pop() !== name) return false
  }
  return open.length === 0
}
