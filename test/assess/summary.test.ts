import { describe, expect, it } from 'vitest'
import { assessHost } from '../../src/assess/assess-host.ts'
import { createSummary } from '../../src/assess/summary.ts'
import { createWaiverBook } from '../../src/assess/waive.ts'
import { builtinKernelProfile } from '../../src/kernel/profiles.ts'
import type { AnyCheck } from '../../src/model/check.ts'
import { hostFacts } from '../support/facts-fixture.ts'
import { failing, fixedCheck } from './fixed-checks.ts'

const now = '2026-11-21T00:00:00.000Z'

function assess(list: readonly AnyCheck[]) {
  const waivers = createWaiverBook({ waivers: [], checkIds: new Set(), now })
  return assessHost(hostFacts(), {
    targets: ['anolis-rhck', 'anolis-anck'],
    checks: list,
    kernelProfile: builtinKernelProfile,
    anck: '4.19',
    waivers,
    now,
  })
}

describe('createSummary', () => {
  it('is empty before the first host', () => {
    expect(createSummary({ targets: ['anolis-rhck'], anck: '5.10' }).result()).toMatchObject({
      hosts: 0,
      byTarget: [{ target: 'anolis-rhck', kernelLine: 'rhck-4.18', readyRatio: 0 }],
    })
  })

  it('sums up verdicts and counts, and keeps UNKNOWN in the denominator', () => {
    const summary = createSummary({ targets: ['anolis-rhck', 'anolis-anck'], anck: '4.19' })
    summary.add(assess([fixedCheck('a', { status: 'pass' })]))
    summary.add(assess([failing('a', 'block')]))
    summary.add(assess([fixedCheck('a', { status: 'unknown', reason: { en: '', zh: '' } }, 'high')]))
    summary.add(assess([failing('a', 'low')]))
    const { hosts, byTarget } = summary.result()
    expect(hosts).toBe(4)
    expect(byTarget[1]).toEqual({
      target: 'anolis-anck',
      kernelLine: 'anck-4.19',
      verdicts: { READY: 1, READY_WITH_ACTIONS: 1, BLOCKED: 1, UNKNOWN: 1 },
      readyRatio: 0.25,
      counts: { pass: 1, fail: 2, unknown: 1, error: 0, waived: 0, notApplicable: 0 },
    })
  })

  it('gives copies: a later host does not change an earlier result', () => {
    const summary = createSummary({ targets: ['anolis-rhck', 'anolis-anck'], anck: '4.19' })
    const before = summary.result()
    summary.add(assess([]))
    expect(before.byTarget[0]?.verdicts.READY).toBe(0)
  })
})
