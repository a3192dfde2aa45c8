import { describe, expect, it } from 'vitest'
import type { Finding, HostAssessment } from '../../src/model/assessment.ts'
import { isMigrationError } from '../../src/model/errors.ts'
import { Report } from '../../src/model/report.ts'
import { renderMarkdown } from '../../src/report/render-markdown.ts'
import { buildReport, createReportBuilder } from '../../src/report/report-model.ts'
import { assessmentOf, targetAssessment } from './assessment-parts.ts'

const now = '2026-11-20T09:31:00.000Z'

describe('createReportBuilder', () => {
  it('divides the hosts by verdict on the line that most are ready for', () => {
    const report = buildReport(
      assessmentOf([host('a', []), host('b', [blocks('disk')]), host('c', [unsure()])], []),
      { now },
    )
    expect(report.leading).toBe('rhck-4.18')
    expect(report.numbers).toEqual({ hosts: 3, ready: 1, readyWithActions: 0, blocked: 1, unknown: 1 })
    expect(report.overall).toBe('BLOCKED')
    expect(Report.parse(report)).toEqual(report)
  })

  it('says the verdict in words, in both languages', () => {
    const report = buildReport(assessmentOf([host('a', []), host('b', [blocks('disk')])], []), { now })
    expect(report.headline).toEqual({
      en: '1 of 2 hosts can move to Anolis OS 8 with the RHCK 4.18 kernel now; 1 is blocked. Fixing one thing would unblock the blocked host.',
      zh: '2 台主机中有 1 台现在即可迁移到 Anolis OS 8（RHCK 4.18 内核）；1 台被阻断。解决 1 个问题即可为唯一被阻断的主机解除阻断。',
    })
  })

  it('puts a space between Chinese and the number that follows it', () => {
    const hosts = [host('a', [blocks('disk')]), host('b', [blocks('disk')]), host('c', [blocks('cpu')])]
    const report = buildReport(assessmentOf(hosts, []), { now })
    expect(report.headline.zh).toContain('解决 1 个问题即可为 3 台被阻断主机中的 2 台解除阻断。')
  })

  it('says that nothing was judged when there are no hosts', () => {
    const report = buildReport(assessmentOf([], []), { now })
    expect(report.headline.en).toBe('No host was judged.')
    expect(report.overall).toBe('UNKNOWN')
    expect(report.leading).toBeNull()
  })

  it('never counts an unreachable host as ready, and lists it under what was not checked', () => {
    const report = buildReport(assessmentOf([unreachable('gone')], []), { now })
    expect(report.numbers.unknown).toBe(1)
    expect(report.notChecked.hosts).toEqual([{ host: 'gone', code: 'HOST_TIMEOUT', message: 'No answer.' }])
    expect(report.groups).toEqual([])
  })

  it('lists facts that are not whole under what was not checked, with what is missing', () => {
    const message = 'read without root: crontabs of users absent'
    const gaps: HostAssessment['facts']['gaps'] = [{ fact: 'cron', reason: 'degraded', message }]
    const hosts = ['a', 'b'].map((name) => ({ ...host(name, []), facts: { ...host(name, []).facts, gaps } }))
    const report = buildReport(assessmentOf(hosts, []), { now })
    expect(report.notChecked.gaps).toEqual([{ fact: 'cron', reason: 'degraded', hosts: 2, note: message }])
    expect([...renderMarkdown(report, 'en')].join('')).toContain(`not all of it: ${message}`)
  })

  it('keeps ANCK 4.19 and 5.10 apart', () => {
    const parts = targetAssessment({
      target: 'anolis-anck',
      kernelLine: 'anck-5.10',
      findings: [],
      alternatives: [{ kernelLine: 'anck-4.19', findings: [blocks('driver')] }],
    })
    const report = buildReport(assessmentOf([{ ...host('a', []), targets: [parts] }], []), { now })
    const lines = report.lines.map(({ kernelLine, verdicts, decidesFor }) => [
      kernelLine,
      verdicts.READY,
      decidesFor,
    ])
    expect(lines).toEqual([
      ['anck-4.19', 0, 0],
      ['anck-5.10', 1, 1],
    ])
  })

  it('writes a finding once for the lines on which it is the same', () => {
    const findings = [blocks('disk')]
    const targets = [
      targetAssessment({ target: 'anolis-rhck', kernelLine: 'rhck-4.18', findings }),
      targetAssessment({ target: 'containeros', kernelLine: 'containeros', findings }),
    ]
    const report = buildReport(assessmentOf([{ ...host('a', []), targets }], []), { now })
    expect(report.hosts[0]?.findings.map(({ lines }) => lines)).toEqual([['rhck-4.18', 'containeros']])
  })

  it('leaves evidence out, and says so, when its budget is used up', () => {
    const hosts = ['a', 'b', 'c'].map((name) => host(name, [blocks('disk')]))
    const report = buildReport(assessmentOf(hosts, []), { now, evidenceCharacters: 25 })
    expect(report.hosts.map(({ findings }) => findings[0]?.evidence.length)).toEqual([1, 1, 0])
    expect(report.hosts.map(({ findings }) => findings[0]?.evidenceLeftOut)).toEqual([
      undefined,
      undefined,
      true,
    ])
  })

  it('refuses an assessment that holds fewer hosts than it says', () => {
    const assessment = assessmentOf([host('a', [])], [])
    const builder = createReportBuilder({ head: assessment, now })
    const finish = (): unknown => builder.finish(assessment)
    expect(finish).toThrow(expect.toSatisfy((error: unknown) => isMigrationError(error, 'DOCUMENT_INVALID')))
  })
})

function host(name: string, findings: Finding[]): HostAssessment {
  return {
    host: { name, address: '10.0.0.1', groups: [], labels: {} },
    facts: { status: 'complete', set: 'full', collectedAt: now, privilege: 'root', gaps: [] },
    system: { os: 'CentOS Linux release 8.5.2111', kernel: null, arch: 'x86_64', role: 'worker' },
    targets: [targetAssessment({ target: 'anolis-rhck', kernelLine: 'rhck-4.18', findings })],
  }
}

function unreachable(name: string): HostAssessment {
  const { facts, ...rest } = host(name, [unsure()])
  const failure = { code: 'HOST_TIMEOUT', message: 'No answer.' }
  return { ...rest, facts: { ...facts, status: 'failed', collectedAt: null, failure } }
}

function blocks(key: string): Finding {
  return {
    key,
    status: 'fail',
    severity: 'block',
    here: { en: `${key} is full`, zh: `${key} 已满` },
    evidence: [{ fact: 'space', command: 'df', excerpt: '/ 100 %ten', sha256: null, collectedAt: now }],
    remedies: [],
  }
}

function unsure(): Finding {
  return {
    key: 'space',
    status: 'unknown',
    severity: 'high',
    here: { en: 'No answer', zh: '无结果' },
    evidence: [],
    remedies: [],
  }
}
