import { describe, expect, it } from 'vitest'
import type { Finding, HostAssessment } from '../../src/model/assessment.ts'
import type { LocalData } from '../../src/model/data-decision.ts'
import type { Verdict } from '../../src/model/target.ts'
import { whyNot, type HostChoice } from '../../src/plan/choose-host.ts'
import { assessedHost } from '../support/wizard-data.ts'

function finding(key: string, more: Partial<Finding> = {}): Finding {
  const here = { en: `about ${key}`, zh: `关于 ${key}` }
  return { key, status: 'fail', severity: 'block', here, evidence: [], remedies: [], ...more }
}

function host(verdict: Verdict, findings: Finding[], more: Partial<HostAssessment> = {}): HostAssessment {
  const made = assessedHost('worker-1', 1)
  const targets = made.targets.map((one) =>
    one.target === 'containeros' ? { ...one, verdict, findings } : one,
  )
  return { ...made, targets, ...more }
}

function data(kind: LocalData['kind'], action: LocalData['action']): LocalData {
  return { id: `${kind}:/srv`, kind, path: '/srv', usedBy: ['shop/web'], bytes: null, action, reason: null }
}

function reasons(one: HostAssessment, more: Partial<HostChoice> = {}): string[] {
  const choice: HostChoice = {
    target: 'containeros',
    acceptFindings: 'medium',
    data: [],
    unknown: [],
    today: '2026-11-22',
    ...more,
  }
  return whyNot(one, choice).map(({ en }) => en)
}

describe('whyNot', () => {
  it('has nothing against a host that is ready', () => {
    expect(reasons(host('READY', []))).toEqual([])
    expect(reasons(host('READY_WITH_ACTIONS', [finding('a', { severity: 'medium' })]))).toEqual([])
  })

  it('names every blocker and everything that nobody could tell', () => {
    const found = [
      finding('a'),
      finding('b', { status: 'unknown', severity: 'high' }),
      finding('c', { status: 'error', severity: 'low' }),
      finding('d', { status: 'unknown', severity: 'medium' }),
    ]
    expect(reasons(host('BLOCKED', found))).toEqual([
      'a (block): about a',
      'b (unknown): about b',
      'c (error): about c',
    ])
  })

  it('names checks that say the same of the host in one reason', () => {
    const here = { en: 'it is no node', zh: '不是节点' }
    const found = ['a', 'b', 'c', 'd', 'e'].map((key) => ({ ...finding(key, { status: 'unknown' }), here }))
    expect(reasons(host('UNKNOWN', found))).toEqual([
      'a (unknown), b (unknown), c (unknown) and 2 more: it is no node',
    ])
  })

  it('leaves out hosts with graver open findings than are accepted; waived ones are accepted', () => {
    const found = [finding('a', { severity: 'high' }), finding('b', { status: 'waived', severity: 'block' })]
    const one = host('READY_WITH_ACTIONS', found)
    expect(reasons(one)).toEqual(['a (high): about a'])
    expect(reasons(one, { acceptFindings: 'high' })).toEqual([])
    expect(
      reasons(host('READY_WITH_ACTIONS', [finding('a', { severity: 'medium' })]), { acceptFindings: 'low' }),
    ).toHaveLength(1)
  })

  it('takes a waiver that is over for none, and says of whom it was and when it ended', () => {
    const waiver = { index: 0, reason: 'copied', owner: 'ops', expires: '2026-11-22', was: 'fail' } as const
    const one = host('READY_WITH_ACTIONS', [
      finding('root-disk-data', { status: 'waived', severity: 'medium', waiver }),
      finding('pod-host-path', { status: 'waived', waiver }),
      finding('b', { status: 'waived', severity: 'medium', waiver }),
    ])
    expect(reasons(one, { today: '2026-11-22' })).toEqual([])
    expect(reasons(one, { today: '2026-11-23', data: [data('host-path', 'park')] })).toEqual([
      'root-disk-data (medium): about root-disk-data (its waiver, of ops, ended on 2026-11-22)',
    ])
  })

  it('never accepts what blocks', () => {
    expect(reasons(host('BLOCKED', [finding('a')]), { acceptFindings: 'high' })).toHaveLength(1)
  })

  it('takes a finding about local data for answered when all of that data has a decision', () => {
    const one = host('BLOCKED', [finding('pod-host-path')])
    expect(reasons(one, { data: [data('host-path', 'park')] })).toEqual([])
    expect(reasons(one, { data: [data('host-path', 'park'), data('host-path', null)] })).toEqual([
      'pod-host-path (block): about pod-host-path',
      'nobody has decided what becomes of host-path:/srv (shop/web)',
    ])
    expect(reasons(one, { data: [data('local-volume', 'park')] })).toHaveLength(1)
    expect(reasons(one)).toHaveLength(1)
  })

  it('does not take a finding for answered that could not be told', () => {
    const one = host('UNKNOWN', [finding('pod-host-path', { status: 'unknown', severity: 'high' })])
    expect(reasons(one, { data: [data('host-path', 'park')] })).toHaveLength(1)
  })

  it('believes a verdict that no finding explains', () => {
    expect(reasons(host('UNKNOWN', []))).toEqual(['its verdict is UNKNOWN'])
    expect(reasons(host('BLOCKED', []))).toEqual(['its verdict is BLOCKED'])
  })

  it('refuses a host that was not judged for the target, or whose facts are not there', () => {
    const one = host('READY', [])
    expect(reasons({ ...one, targets: [] })).toEqual([expect.stringContaining('not judged for containeros')])
    const facts = {
      ...one.facts,
      status: 'failed',
      failure: { code: 'HOST_REFUSED', message: 'nobody there' },
    } as const
    expect(reasons({ ...one, facts })).toEqual(['its facts are not there: nobody there'])
  })

  it('refuses data of which nobody knows', () => {
    expect(reasons(host('READY', []), { unknown: [{ en: 'not known', zh: '未知' }] })).toEqual(['not known'])
  })
})
