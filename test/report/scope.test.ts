import { describe, expect, it } from 'vitest'
import type { HostAssessment } from '../../src/model/assessment.ts'
import { scopeText } from '../../src/model/assessment-scope.ts'
import { domains } from '../../src/model/check.ts'
import { renderCsv } from '../../src/report/render-csv.ts'
import { renderHtml } from '../../src/report/render-html.ts'
import { renderJunit } from '../../src/report/render-junit.ts'
import { renderMarkdown } from '../../src/report/render-markdown.ts'
import { buildReport } from '../../src/report/report-model.ts'
import { domainWords } from '../../src/report/words.ts'
import { htmlAssets, sampleReport } from '../support/sample-reports.ts'
import { assessmentOf, targetAssessment } from './assessment-parts.ts'

const now = '2026-11-20T09:31:00.000Z'
const sentence = '1 of 14 hosts of the inventory (-l role=build)'

describe('the report of hosts that a selector chose', () => {
  const report = buildReport(
    { ...assessmentOf([host('ci01')], []), selector: 'role=build', inventoryHosts: 14 },
    { now },
  )

  it('does not call them all the hosts there are', () => {
    expect(report.headline.en).toMatch(/^The chosen host can move/)
    expect(report.headline.zh).toMatch(/^所选主机现在即可迁移到 /)
  })

  it('says in every format which hosts they are, and of how many', () => {
    const html = [...renderHtml(report, { language: 'en', assets: htmlAssets() })].join('')
    expect(html).toContain(`<p class="scope">${sentence}</p>`)
    expect([...renderMarkdown(report, 'en')].join('').split('\n')[2]).toBe(sentence)
    expect([...renderMarkdown(report, 'zh-CN')].join('')).toContain(
      '清单 14 台主机中的 1 台（-l role=build）',
    )
    expect(report.assessment).toMatchObject({ selector: 'role=build', inventoryHosts: 14 })
    expect([...renderCsv(report, 'en')][1]).toMatch(/,role=build,14\r\n/)
    const junit = [...renderJunit(report, { language: 'en', failOn: 'block' })].join('')
    expect(junit).toContain(
      '<property name="selector" value="role=build"/><property name="hosts" value="1"/>',
    )
    expect(junit).toContain('<property name="inventoryHosts" value="14"/>')
  })

  it('says nothing of the kind when all hosts were judged', () => {
    expect(scopeText({ inventoryHosts: 14 }, 14)).toBeUndefined()
    expect([...renderMarkdown(sampleReport(), 'en')].join('')).not.toContain('of the inventory')
  })

  it('says how they were chosen without an inventory too', () => {
    expect(scopeText({ selector: 'role=build' }, 3)?.en).toBe('3 hosts, chosen with -l role=build')
  })
})

describe('the Markdown report', () => {
  it('groups findings by area, and loses none', () => {
    const report = sampleReport()
    const text = [...renderMarkdown(report, 'en')].join('')
    const part = /## Findings by area\n\n([\s\S]*?)\n## /.exec(text)?.[1] ?? ''
    const areas = [...part.matchAll(/^### (.+)$/gm)].map(([, name]) => name)
    const found = new Set(report.groups.map(({ domain }) => domain))
    expect(areas).toEqual(
      domains.filter((domain) => found.has(domain)).map((domain) => domainWords[domain].en),
    )
    expect(part.match(/^\| `/gm)).toHaveLength(report.groups.length)
  })
})

function host(name: string): HostAssessment {
  return {
    host: { name, address: '10.0.0.1', groups: [], labels: {} },
    facts: { status: 'complete', set: 'full', collectedAt: now, privilege: 'root', gaps: [] },
    system: { os: 'CentOS Linux release 8.5.2111', kernel: null, arch: 'x86_64', role: 'build' },
    targets: [
      targetAssessment({ target: 'anolis-rhck', kernelLine: 'rhck-4.18', findings: [], passed: ['space'] }),
    ],
  }
}
