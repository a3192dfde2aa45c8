import { describe, expect, it } from 'vitest'
import { assessHost, type AssessOptions } from '../../src/assess/assess-host.ts'
import { createWaiverBook } from '../../src/assess/waive.ts'
import { builtinKernelProfile } from '../../src/kernel/profiles.ts'
import { HostAssessment } from '../../src/model/assessment.ts'
import type { AnyCheck, CheckContext } from '../../src/model/check.ts'
import type { Waiver } from '../../src/model/waivers.ts'
import { checks } from '../../checks/index.ts'
import { factsWith, hostFacts, without } from '../support/facts-fixture.ts'
import { failing, fixedCheck, waiverFor } from './fixed-checks.ts'

const now = '2026-11-21T00:00:00.000Z'

function options(list: readonly AnyCheck[], waivers: readonly Waiver[] = []): AssessOptions {
  return {
    targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
    checks: list,
    kernelProfile: builtinKernelProfile,
    anck: '5.10',
    waivers: createWaiverBook({ waivers, checkIds: new Set(list.map(({ id }) => id)), now }),
    now,
  }
}

describe('assessHost', () => {
  it('makes a document that its schema accepts, with every built-in check', () => {
    const assessment = assessHost(hostFacts(), options(checks))
    expect(HostAssessment.parse(assessment)).toEqual(assessment)
    for (const target of assessment.targets) {
      const expected = checks.filter((check) => check.targets.includes(target.target)).length
      expect(Object.values(target.counts).reduce((sum, count) => sum + count, 0)).toBe(expected)
    }
  })

  it('does not let any built-in check crash on a host without any fact', () => {
    const facts = { ...hostFacts(), facts: {} }
    for (const { counts } of assessHost(facts, options(checks)).targets) expect(counts.error).toBe(0)
  })

  it('calls a host READY when everything passes', () => {
    const [target] = assessHost(hostFacts(), options([fixedCheck('a', { status: 'pass' })])).targets
    expect(target).toMatchObject({ verdict: 'READY', confidence: 'A', passed: ['a'], findings: [] })
  })

  it('blocks on a failed check of severity block, even beside unknowns', () => {
    const list = [
      failing('a', 'block'),
      fixedCheck('b', { status: 'unknown', reason: { en: '?', zh: '？' } }, 'block'),
    ]
    const [target] = assessHost(hostFacts(), options(list)).targets
    expect(target?.verdict).toBe('BLOCKED')
    expect(target?.findings.map(({ status }) => status)).toEqual(['fail', 'unknown'])
  })

  it.each([
    ['block', 'UNKNOWN'],
    ['high', 'UNKNOWN'],
    ['medium', 'READY_WITH_ACTIONS'],
    ['low', 'READY_WITH_ACTIONS'],
    ['info', 'READY'],
  ] as const)('an unknown check of severity %s makes the host %s', (severity, verdict) => {
    const list = [fixedCheck('a', { status: 'unknown', reason: { en: '?', zh: '？' } }, severity)]
    expect(assessHost(hostFacts(), options(list)).targets[0]?.verdict).toBe(verdict)
  })

  it.each([
    ['high', 'READY_WITH_ACTIONS'],
    ['low', 'READY_WITH_ACTIONS'],
    ['info', 'READY'],
  ] as const)('a failed check of severity %s makes the host %s', (severity, verdict) => {
    expect(assessHost(hostFacts(), options([failing('a', severity)])).targets[0]?.verdict).toBe(verdict)
  })

  it('lets a check be milder than usual for a case', () => {
    const list = [
      fixedCheck('a', { status: 'fail', here: { en: '', zh: '' }, evidence: [], severity: 'low' }, 'block'),
    ]
    expect(assessHost(hostFacts(), options(list)).targets[0]).toMatchObject({
      verdict: 'READY_WITH_ACTIONS',
      findings: [{ severity: 'low' }],
    })
  })

  it('turns a crash into an error finding and an UNKNOWN host', () => {
    const broken: AnyCheck = {
      ...fixedCheck('a', { status: 'pass' }, 'low'),
      evaluate: () => {
        throw new TypeError('cannot read x')
      },
    }
    expect(assessHost(hostFacts(), options([broken])).targets[0]).toMatchObject({
      verdict: 'UNKNOWN',
      counts: { error: 1 },
      findings: [{ status: 'error', here: { en: expect.stringContaining('TypeError: cannot read x') } }],
    })
  })

  it('names missing facts with reason and message', () => {
    const facts = without('bpf', 'permission-denied')
    const check: AnyCheck = { ...fixedCheck('a', { status: 'pass' }, 'high'), needs: ['bpf'] }
    expect(assessHost(facts, options([check])).targets[0]).toMatchObject({
      verdict: 'UNKNOWN',
      findings: [
        {
          status: 'unknown',
          severity: 'high',
          missing: [{ fact: 'bpf', reason: 'permission-denied', message: 'bpf: permission-denied' }],
          remedies: [{ kind: 'hint', text: { en: expect.stringContaining('root') } }],
        },
      ],
    })
  })

  it('never calls a failed or missing host ready', () => {
    const list = [fixedCheck('a', { status: 'pass' })]
    const failed = { ...hostFacts(), status: 'failed' as const, facts: {} }
    expect(assessHost(failed, options(list)).targets[0]?.verdict).toBe('UNKNOWN')
    const missing = assessHost({ host: hostFacts().host, missing: true }, options(list))
    expect(missing.facts.status).toBe('missing')
    expect(missing.targets.map(({ verdict, confidence }) => [verdict, confidence])).toEqual([
      ['UNKNOWN', 'F'],
      ['UNKNOWN', 'F'],
      ['UNKNOWN', 'F'],
    ])
  })

  it('judges ANCK for the chosen line and puts the other one beside it', () => {
    const facts = factsWith({ nics: { interfaces: [] } })
    const [, anck] = assessHost(facts, options([failing('a', 'high')])).targets
    expect(anck?.kernelLine).toBe('anck-5.10')
    expect(anck?.alternatives.map(({ kernelLine }) => kernelLine)).toEqual(['anck-4.19'])
    const [, older] = assessHost(facts, { ...options([]), anck: '4.19' }).targets
    expect(older?.kernelLine).toBe('anck-4.19')
    expect(older?.alternatives[0]?.kernelLine).toBe('anck-5.10')
  })

  it('adds command, hash and time to evidence, and cuts long excerpts', () => {
    const check = fixedCheck('a', {
      status: 'fail',
      here: { en: '', zh: '' },
      evidence: [{ fact: 'kernel', excerpt: 'x'.repeat(1000) }],
    })
    const evidence = assessHost(hostFacts(), options([check])).targets[0]?.findings[0]?.evidence[0]
    expect(evidence).toMatchObject({ command: 'read kernel', sha256: 'ab'.repeat(32) })
    expect(evidence?.excerpt).toHaveLength(300)
  })

  it('keeps a waived blocker visible, and the host from READY', () => {
    const list = [failing('a', 'block')]
    const assessment = assessHost(hostFacts(), options(list, [waiverFor('a')]))
    expect(assessment.targets[0]).toMatchObject({
      verdict: 'READY_WITH_ACTIONS',
      counts: { waived: 1, fail: 0 },
      findings: [{ status: 'waived', severity: 'block', waiver: { index: 0, owner: 'ops', was: 'fail' } }],
    })
  })

  it('does not let anybody waive what is not known', () => {
    const list = [fixedCheck('a', { status: 'unknown', reason: { en: '?', zh: '？' } }, 'block')]
    const assessment = assessHost(hostFacts(), options(list, [waiverFor('a')]))
    expect(assessment.targets[0]).toMatchObject({ verdict: 'UNKNOWN', findings: [{ status: 'unknown' }] })
  })

  it('runs a check once a host unless it looks at target or kernel', () => {
    const runs = { blind: 0, looking: 0 }
    const blind: AnyCheck = {
      ...fixedCheck('blind', { status: 'pass' }),
      evaluate: () => {
        runs.blind++
        return { status: 'pass' }
      },
    }
    const looking: AnyCheck = {
      ...fixedCheck('looking', { status: 'pass' }),
      // Reached through a rest parameter, so that only the look itself can give it away.
      evaluate: (...parts: [never, CheckContext]) => {
        runs.looking++
        const here = { en: parts[1].kernelLine, zh: parts[1].target }
        return { status: 'fail', here, evidence: [] }
      },
    }
    const { targets } = assessHost(hostFacts(), options([blind, looking]))
    expect(runs).toEqual({ blind: 1, looking: 4 })
    const lines = targets.flatMap((target) => [target, ...target.alternatives])
    expect(lines.map(({ findings }) => findings[0]?.here.en)).toEqual([
      'rhck-4.18',
      'anck-5.10',
      'anck-4.19',
      'containeros',
    ])
  })

  it('names the system for people', () => {
    expect(assessHost(hostFacts(), options([])).system).toEqual({
      os: 'CentOS Linux release 8.5.2111',
      kernel: '4.18.0-348.7.1.el8_5.x86_64',
      arch: 'x86_64',
      role: 'worker',
    })
  })

  it('calls no host a worker that may be a control plane', () => {
    const facts = without('kubeadm')
    const host = { ...facts.host, labels: {} }
    expect(assessHost({ ...facts, host }, options([])).system.role).toBeNull()
  })
})
