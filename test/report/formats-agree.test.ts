import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Report } from '../../src/model/report.ts'
import { languages } from '../../src/model/text.ts'
import { renderCsv } from '../../src/report/render-csv.ts'
import { renderHtml } from '../../src/report/render-html.ts'
import { renderJson } from '../../src/report/render-json.ts'
import { renderJunit } from '../../src/report/render-junit.ts'
import { renderMarkdown } from '../../src/report/render-markdown.ts'
import { buildReport } from '../../src/report/report-model.ts'
import { htmlAssets } from '../support/sample-reports.ts'
import { tallyOfCsv, tallyOfHosts, tallyOfHtml, tallyOfJunit, tallyOfMarkdown } from './parse-back.ts'
import { randomAssessment } from './random-assessment.ts'

const now = '2026-11-20T09:31:00.000Z'
const reports = randomAssessment.map((assessment) => buildReport(assessment, { now }))
const assets = htmlAssets()
const text = (pieces: Iterable<string>): string => [...pieces].join('')

describe('all formats of one report', () => {
  it('agree with the assessment on hosts, verdicts and findings, in both languages', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const expected = tallyOfHosts(report)
        expect(tallyOfHosts(Report.parse(JSON.parse(text(renderJson(report)))))).toEqual(expected)
        for (const language of languages) {
          if (expected.hosts === 0) continue
          expect(tallyOfCsv(text(renderCsv(report, language))).verdicts).toEqual(expected.verdicts)
          expect(tallyOfCsv(text(renderCsv(report, language))).findings).toEqual(expected.findings)
          expect(tallyOfMarkdown(text(renderMarkdown(report, language)))).toEqual(expected)
          expect(tallyOfHtml(text(renderHtml(report, { language, assets })))).toEqual(expected)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('agree with JUnit: failures are failed checks, errors are what could not be told, skips are waived or not applicable', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const { counted, stated } = tallyOfJunit(
          text(renderJunit(report, { language: 'en', failOn: 'info' })),
        )
        const decided = report.hosts.flatMap(({ judgements }) => judgements).filter(({ decides }) => decides)
        const sum = (key: keyof (typeof decided)[number]['counts']): number =>
          decided.reduce((all, { counts }) => all + counts[key], 0)
        expect(counted).toEqual(stated)
        expect(counted).toEqual({
          tests: ['pass', 'fail', 'unknown', 'error', 'waived', 'notApplicable'].reduce(
            (all, key) => all + sum(key as 'pass'),
            0,
          ),
          failure: sum('fail'),
          error: sum('unknown') + sum('error'),
          skipped: sum('waived') + sum('notApplicable'),
        })
      }),
      { numRuns: 40 },
    )
  })

  it('states the same sums in the matrix, the five numbers and the hosts', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const { hosts, ready, readyWithActions, blocked, unknown } = report.numbers
        expect(ready + readyWithActions + blocked + unknown).toBe(hosts)
        for (const { kernelLine, verdicts, counts } of report.lines) {
          const judged = report.hosts.flatMap(({ judgements }) =>
            judgements.filter((one) => one.kernelLine === kernelLine),
          )
          expect(Object.values(verdicts).reduce((all, count) => all + count, 0)).toBe(judged.length)
          expect(counts.fail).toBe(judged.reduce((all, one) => all + one.counts.fail, 0))
        }
      }),
    )
  })

  it('hold as many hosts in JSON as lines of hosts', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const lines = text(renderJson(report)).trimEnd().split('\n')
        expect(lines).toHaveLength(report.hosts.length + 2)
      }),
      { numRuns: 20 },
    )
  })
})
