import { describe, expect, it } from 'vitest'
import { assessHost } from '../../src/assess/assess-host.ts'
import { createWaiverBook } from '../../src/assess/waive.ts'
import { builtinKernelProfile } from '../../src/kernel/profiles.ts'
import { worstSeverityFor, type AnyCheck, type CheckOutcome, type Remedy } from '../../src/model/check.ts'
import type { HostFacts } from '../../src/model/facts.ts'
import type { Target } from '../../src/model/target.ts'
import { checks } from '../../checks/index.ts'
import { kubeletResolvConf } from '../../checks/kubelet-resolv-conf.ts'
import { kubeletVersionSupported } from '../../checks/kubelet-version-supported.ts'
import { degraded, hostFacts, runCheck } from '../support/facts-fixture.ts'
import { failing, fixedCheck } from './fixed-checks.ts'

const target: Target = 'anolis-rhck'
const allTargets = ['anolis-rhck', 'anolis-anck', 'containeros'] as const
const clean: readonly string[] = ['pass', 'not-applicable']
const notForMe: CheckOutcome = { status: 'not-applicable', reason: { en: 'No kernel.', zh: '没有内核。' } }

function assess(
  facts: HostFacts,
  list: readonly AnyCheck[],
  targets: readonly Target[] = [target],
): ReturnType<typeof assessHost> {
  const now = '2026-11-21T00:00:00.000Z'
  const waivers = createWaiverBook({ waivers: [], checkIds: new Set(), now })
  return assessHost(facts, {
    targets,
    checks: list,
    kernelProfile: builtinKernelProfile,
    anck: '5.10',
    waivers,
    now,
  })
}

describe('facts of which a part is missing', () => {
  it.each([{ status: 'pass' }, notForMe] as const)('do not let a check say $status', (outcome) => {
    const facts = degraded('kernel', 'the second half was denied')
    expect(runCheck(fixedCheck('a', outcome), facts, { target })).toMatchObject({
      status: 'unknown',
      reason: { en: expect.stringContaining('kernel (the second half was denied)') },
      missing: [{ fact: 'kernel', reason: 'degraded', message: 'the second half was denied' }],
    })
  })

  it('still prove a failure', () => {
    expect(runCheck(failing('a', 'high'), degraded('kernel'), { target }).status).toBe('fail')
  })

  it('do not matter to a check that tolerates it, or that does not need the fact', () => {
    const tolerant: AnyCheck = { ...fixedCheck('a', { status: 'pass' }), toleratesDegraded: ['kernel'] }
    expect(runCheck(tolerant, degraded('kernel'), { target }).status).toBe('pass')
    expect(runCheck(fixedCheck('a', { status: 'pass' }), degraded('bpf'), { target }).status).toBe('pass')
  })

  it('do not hide a kubelet’s version, which does not come from its settings', () => {
    const facts = degraded('kubelet', 'not allowed to read /var/lib/kubelet/config.yaml')
    expect(runCheck(kubeletVersionSupported, facts, { target }).status).toBe('pass')
    expect(runCheck(kubeletResolvConf, facts, { target: 'containeros' }).status).toBe('unknown')
  })

  it('are named among the gaps of the host, and make a grave check UNKNOWN with a way out', () => {
    const facts = degraded('kernel', 'the second half was denied')
    const assessment = assess(facts, [fixedCheck('a', { status: 'pass' }, 'high')])
    expect(assessment.facts.gaps).toEqual([
      { fact: 'kernel', reason: 'degraded', message: 'the second half was denied' },
    ])
    expect(assessment.targets[0]).toMatchObject({
      verdict: 'UNKNOWN',
      findings: [{ remedies: [{ kind: 'hint', text: { en: expect.stringContaining('as root') } }] }],
    })
  })

  it('leave a worker that was read without root UNKNOWN for every target', () => {
    const hidden = ['installedKernels', 'kubelet', 'filesystems', 'ports', 'users', 'cron', 'csi'] as const
    const { targets } = assess(degraded(hidden), checks, allTargets)
    expect(targets.map(({ verdict }) => verdict)).toEqual(['UNKNOWN', 'UNKNOWN', 'UNKNOWN'])
    const whole = assess(hostFacts(), checks, allTargets).targets
    expect(whole.map(({ verdict }) => verdict)).not.toContain('UNKNOWN')
  })

  it.each(checks.map((check) => [check.id, check] as const))('never make %s clean', (_id, check) => {
    const tolerated: readonly string[] = check.toleratesDegraded ?? []
    const cases = check.needs
      .filter((name) => !tolerated.includes(name))
      .flatMap((name) => check.targets.map((each) => ({ name, target: each })))
    const wrong = cases.filter((each) =>
      clean.includes(runCheck(check, degraded(each.name), { target: each.target }).status),
    )
    expect(wrong).toEqual([])
  })

  it.each(checks.map((check) => [check.id, check] as const))(
    '%s tolerates only what it needs',
    (_id, check) => {
      const needs: readonly string[] = check.needs
      expect((check.toleratesDegraded ?? []).filter((name) => !needs.includes(name))).toEqual([])
    },
  )
})

describe('the severity of what could not be told', () => {
  it('is the worst that the check can say', () => {
    const check: AnyCheck = {
      ...fixedCheck('a', { status: 'unknown', reason: { en: '?', zh: '？' } }, 'medium'),
      worstSeverity: 'high',
    }
    expect(assess(hostFacts(), [check]).targets[0]).toMatchObject({
      verdict: 'UNKNOWN',
      findings: [{ severity: 'high' }],
    })
  })

  it('may differ between targets', () => {
    const check: AnyCheck = {
      ...fixedCheck('a', { status: 'unknown', reason: { en: '?', zh: '？' } }, 'medium'),
      worstSeverity: { containeros: 'block', 'anolis-rhck': 'low' },
    }
    const of = (each: Target) => worstSeverityFor(check, each)
    expect([of('containeros'), of('anolis-rhck'), of('anolis-anck')]).toEqual(['block', 'low', 'medium'])
  })
})

describe('remedies', () => {
  it('put what fits the host before the hints of the check, each once', () => {
    const careful = { en: 'Be careful.', zh: '请小心。' }
    const care: Remedy = { kind: 'hint', text: careful }
    const own: Remedy = { kind: 'command', argv: ['mount'] }
    const check: AnyCheck = {
      ...fixedCheck('a', { status: 'fail', here: careful, evidence: [], remedies: [own] }),
      remedies: [care, { kind: 'command', argv: ['reboot'] }],
    }
    expect(assess(hostFacts(), [check]).targets[0]?.findings[0]?.remedies).toEqual([own, care])
    const twice: AnyCheck = {
      ...check,
      evaluate: () => ({ status: 'fail', here: careful, evidence: [], remedies: [care, own] }),
    }
    expect(assess(hostFacts(), [twice]).targets[0]?.findings[0]?.remedies).toEqual([care, own])
  })
})
