import { describe, expect, it } from 'vitest'
import { kernelTainted } from '../../checks/kernel-tainted.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('kernel-tainted', () => {
  it('passes a clean kernel', () => {
    const facts = hostFacts()
    expect(runCheck(kernelTainted, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('reports a proprietary, out-of-tree, unsigned module', () => {
    const facts = factsWith({
      kernel: { taint: 12289 },
      modules: { loaded: [{ name: 'nvidia', sizeBytes: 1, useCount: 0, usedBy: [], taint: 'POE' }] },
    })
    expect(runCheck(kernelTainted, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('nvidia') },
    })
  })

  it('is low for a warning alone', () => {
    const facts = factsWith({ kernel: { taint: 512 } })
    expect(runCheck(kernelTainted, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'low',
      here: { en: expect.stringContaining('kernel warning') },
    })
  })

  it('reads bit 29 without taking it for negative', () => {
    const facts = factsWith({ kernel: { taint: 536870912 } })
    expect(runCheck(kernelTainted, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'low',
      here: { en: expect.stringContaining('technology preview') },
    })
  })

  it('ignores bits nobody gave a meaning', () => {
    const facts = factsWith({ kernel: { taint: 1 << 30 } })
    expect(runCheck(kernelTainted, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('works without the module list', () => {
    const facts = without('modules', 'timeout', factsWith({ kernel: { taint: 1 } }))
    expect(runCheck(kernelTainted, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'medium',
    })
  })

  it('is unknown when the flags could not be read', () => {
    const facts = factsWith({ kernel: { taint: null } })
    expect(runCheck(kernelTainted, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'unknown' })
  })

  it('is unknown, not pass, when kernel could not be read', () => {
    const facts = without('kernel', 'permission-denied')
    expect(runCheck(kernelTainted, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'kernel', reason: 'permission-denied' }],
    })
  })
})
