import { describe, expect, it } from 'vitest'
import { csvColumns, renderCsv } from '../../src/report/render-csv.ts'
import { sampleReport } from '../support/sample-reports.ts'
import { parseCsv } from './parse-back.ts'

const report = sampleReport()

describe('renderCsv', () => {
  it('starts Chinese with a byte order mark, and English without', () => {
    const [zh = ''] = renderCsv(report, 'zh-CN')
    const [en = ''] = renderCsv(report, 'en')
    expect(zh.startsWith('\uFEFFrecord,')).toBe(true)
    expect(en.startsWith('record,')).toBe(true)
  })

  it('gives every host one verdict record for each line, with its counts', () => {
    const [, ...rows] = parseCsv([...renderCsv(report, 'en')].join(''))
    const verdicts = rows.filter(([record]) => record === 'verdict')
    expect(verdicts).toHaveLength(report.hosts.length * report.lines.length)
    expect(verdicts.every((row) => row.length === csvColumns.length)).toBe(true)
  })

  it('names the code of a host that could not be read', () => {
    const [header = [], ...rows] = parseCsv([...renderCsv(report, 'en')].join(''))
    const codes = new Set(rows.map((row) => row[header.indexOf('failure_code')]))
    expect(codes).toContain('HOST_KEY_CHANGED')
  })
})
