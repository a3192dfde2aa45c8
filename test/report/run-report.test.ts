import { describe, expect, it } from 'vitest'
import { RunReport } from '../../src/model/run-report.ts'
import { renderRunHtml, renderRunJson, renderRunMarkdown } from '../../src/report/render-run-report.ts'
import { runReportView } from '../../src/report/run-report-view.ts'
import { runAssets } from '../support/sample-reports.ts'
import { sampleEvents, sampleRunReport } from '../support/sample-run.ts'
import { hostileTexts } from './random-assessment.ts'

const minute = 60_000

describe('the report of a run', () => {
  it('tells how every node ended, and what the steps of each phase took without the time of a kill', () => {
    const report = RunReport.parse(sampleRunReport())
    expect(report.run).toMatchObject({ outcome: 'failed', resumed: 1 })
    expect(report.nodes.map(({ name, state }) => [name, state])).toEqual([
      ['node-1', 'done'],
      ['node-2', 'returned'],
      ['node-3', 'planned'],
    ])
    const [moved, returned, planned] = report.nodes
    expect(moved).toMatchObject({
      durationMs: 636 * minute,
      phases: { migrate: 12 * minute, replace: 21 * minute, restore: 3 * minute, back: null },
      retries: 1,
      parked: { count: 2, bytes: 3_221_226_496 },
      restored: { count: 2, bytes: 3_221_226_496 },
      escalations: 1,
    })
    expect(returned).toMatchObject({
      phases: { migrate: 62 * minute, replace: null, restore: null, back: minute },
      waits: [{ uses: 'cluster.drain', forMs: 60 * minute }],
      failures: [{ code: 'DRAIN_BLOCKED', isUndo: false }],
      returnedBecause: { en: 'the step cluster.drain failed' },
    })
    expect(planned).toMatchObject({ startedAt: null, durationMs: null, parked: null })
    expect(report.waves.map(({ durationMs }) => durationMs)).toEqual([636 * minute, null])
    expect(report.mostAtOnce).toBe(1)
  })

  it('tells what is still to be known of nodes, and is no plain success where one is left cordoned', () => {
    const report = sampleRunReport()
    const section = (id: string, language: 'en' | 'zh-CN') =>
      runReportView(report, language).sections.find((one) => one.id === id)
    expect(section('notes', 'en')?.rows).toEqual([
      ['node-1', 'not whole before node-2 is back: Deployment shop/web (+2)'],
    ])
    expect(section('notes', 'zh-CN')?.rows[0]?.[1]).toContain('在 node-2 恢复之前尚不完整')
    const done = { ...report, run: { ...report.run, outcome: 'done' as const } }
    expect(runReportView(done, 'en').overall).toBe('READY')
    const notes = [{ kind: 'left-cordoned' as const, why: 'mark-gone' as const }]
    const nodes = done.nodes.map((node) => ({ ...node, notes }))
    expect(runReportView({ ...done, nodes }, 'en').overall).toBe('READY_WITH_ACTIONS')
  })

  it('tells a run that has not ended as far as it is', () => {
    const report = sampleRunReport(sampleEvents().slice(0, 8))
    expect(report.run.outcome).toBeNull()
    expect(report.nodes[0]).toMatchObject({ state: 'running', endedAt: null, durationMs: 9 * minute })
    expect(runReportView(report, 'en').headline).toContain('The run has not ended')
  })

  it('takes nothing of what steps remember for granted', () => {
    const odd = sampleEvents((body) =>
      body.type === 'step-done' ? { ...body, result: { archives: 'x' } } : body,
    )
    expect(sampleRunReport(odd).nodes[0]).toMatchObject({ parked: null, restored: null, escalations: 0 })
  })

  it('says the same in every format and language, and lets no text of others be markup', () => {
    const message = hostileTexts.join(' ')
    const report = sampleRunReport(
      sampleEvents((body) => ('failure' in body ? { ...body, failure: { ...body.failure, message } } : body)),
    )
    for (const language of ['en', 'zh-CN'] as const) {
      const html = renderRunHtml(report, { language, assets: runAssets() })
      const markdown = renderRunMarkdown(report, language)
      for (const markup of ['<script', '<img', 'onload="', '\u001B']) expect(html).not.toContain(markup)
      for (const markup of ['<script', '<img', '\u001B']) expect(markdown).not.toContain(markup)
      for (const { title, rows } of runReportView(report, language).sections) {
        expect([html.includes(title), markdown.includes(`## ${title}\n`)]).toEqual([true, true])
        expect(rows.every((row) => row.every((cell) => cell !== ''))).toBe(true)
      }
      expect(html.match(/<tr>/g)).toHaveLength(
        markdown.match(/^\| /gm)!.length - markdown.match(/^\| ---/gm)!.length,
      )
    }
    expect(RunReport.parse(JSON.parse(renderRunJson(report)))).toEqual(report)
  })
})
