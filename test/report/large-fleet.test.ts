import { describe, expect, it } from 'vitest'
import type { Finding, HostAssessment } from '../../src/model/assessment.ts'
import { renderCsv } from '../../src/report/render-csv.ts'
import { renderHtml } from '../../src/report/render-html.ts'
import { renderJunit } from '../../src/report/render-junit.ts'
import { renderMarkdown } from '../../src/report/render-markdown.ts'
import { buildReport } from '../../src/report/report-model.ts'
import { htmlAssets } from '../support/sample-reports.ts'
import { assessmentOf, targetAssessment } from './assessment-parts.ts'
import { tallyOfJunit } from './parse-back.ts'

const now = '2026-11-20T09:31:00.000Z'
const report = buildReport(
  assessmentOf(
    Array.from({ length: 1500 }, (_, index) => host(index)),
    [],
  ),
  { now },
)

describe('the report of a large fleet', () => {
  it('keeps the page to a few MB, with the blocked hosts first, and says where the rest is', () => {
    const [html = ''] = renderHtml(report, { language: 'en', assets: htmlAssets() })
    const shown = [...html.matchAll(/<tr data-host="([^"]*)"/g)].map(([, name]) => name)
    expect(html.length).toBeLessThan(4_000_000)
    expect(shown[0]).toBe('node-1499')
    expect(shown.length).toBeLessThanOrEqual(500)
    expect(html).toContain(`${shown.length} of 1500 hosts have a sheet here`)
    expect([...html.matchAll(/<details class="sheet">/g)]).toHaveLength(shown.length)
  })

  it('never points to a sheet that is not on the page', () => {
    const [html = ''] = renderHtml(report, { language: 'en', assets: htmlAssets() })
    const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
    for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(ids.has(target)).toBe(true)
  })

  it('bounds the Markdown too, and keeps every host in CSV', () => {
    expect([...renderMarkdown(report, 'zh-CN')].join('')).toContain('此处仅列出 1500 台主机中的 500 台')
    expect([...renderCsv(report, 'en')]).toHaveLength(1501)
  })

  it('writes every failure to JUnit, and only counts what passed', () => {
    const xml = [...renderJunit(report, { language: 'en', failOn: 'block' })].join('')
    expect(tallyOfJunit(xml).counted.failure).toBe(150 * 8 + 1)
    expect(xml).toContain('<property name="passedLeftOut" value="1500"/>')
    expect(xml).not.toContain('quiet-check')
  })

  it('counts all hosts, shown or not', () => {
    expect(report.numbers).toMatchObject({ hosts: 1500, blocked: 150 })
  })
})

function host(index: number): HostAssessment {
  const findings = Array.from({ length: 8 }, (_, number) => finding(number, index >= 1350))
  return {
    host: { name: `node-${index}`, address: '10.0.0.1', groups: ['workers'], labels: { role: 'worker' } },
    facts: { status: 'complete', set: 'full', collectedAt: now, privilege: 'root', gaps: [] },
    system: { os: 'CentOS Linux release 8.5.2111', kernel: '4.18.0', arch: 'x86_64', role: 'worker' },
    targets: [
      targetAssessment({
        target: 'anolis-rhck',
        kernelLine: 'rhck-4.18',
        passed: ['quiet-check'],
        findings: index === 1499 ? [...findings, finding(9, true)] : findings,
      }),
    ],
  }
}

function finding(number: number, blocks: boolean): Finding {
  return {
    key: `check-${number}`,
    status: 'fail',
    severity: blocks ? 'block' : 'low',
    here: { en: 'This is what was found here. '.repeat(10), zh: '在此主机上发现的情况。'.repeat(10) },
    evidence: [{ fact: 'space', command: 'df -k', excerpt: 'x'.repeat(300), sha256: null, collectedAt: now }],
    remedies: [],
  }
}
