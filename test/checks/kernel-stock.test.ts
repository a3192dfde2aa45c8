import { describe, expect, it } from 'vitest'
import { kernelStock } from '../../checks/kernel-stock.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('kernel-stock', () => {
  it('passes a CentOS 8 kernel', () => {
    const facts = hostFacts()
    expect(runCheck(kernelStock, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('passes the first kernel of CentOS 8', () => {
    const facts = factsWith({ kernel: { release: '4.18.0-80.el8.x86_64' } })
    expect(runCheck(kernelStock, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('passes a Stream build', () => {
    const facts = factsWith({ kernel: { release: '4.18.0-553.6.1.el8.x86_64' } })
    expect(runCheck(kernelStock, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('blocks elrepo', () => {
    const facts = factsWith({ kernel: { release: '5.4.226-1.el8.elrepo.x86_64' } })
    expect(runCheck(kernelStock, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'block',
      here: { en: expect.stringContaining('elrepo') },
    })
  })

  it('blocks UEK', () => {
    const facts = factsWith({ kernel: { release: '5.4.17-2136.307.3.1.el8uek.x86_64' } })
    expect(runCheck(kernelStock, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'block',
      here: { en: expect.stringContaining('UEK') },
    })
  })

  it('blocks kernel-rt', () => {
    const facts = factsWith({ kernel: { release: '4.18.0-348.rt7.130.el8.x86_64' } })
    expect(runCheck(kernelStock, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'block',
      here: { en: expect.stringContaining('kernel-rt') },
    })
  })

  it('blocks centosplus', () => {
    const facts = factsWith({ kernel: { release: '4.18.0-348.2.1.el8_5.centos.plus.x86_64' } })
    expect(runCheck(kernelStock, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'block',
      here: { en: expect.stringContaining('centosplus') },
    })
  })

  it('blocks an own build', () => {
    const facts = factsWith({ kernel: { release: '6.1.0' } })
    expect(runCheck(kernelStock, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      severity: 'block',
    })
  })

  it('is milder where the disk is rewritten', () => {
    const facts = factsWith({ kernel: { release: '6.1.0' } })
    expect(runCheck(kernelStock, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      severity: 'low',
    })
  })

  it('has nothing to say about the targets’ own kernels', () => {
    const facts = factsWith({ kernel: { release: '5.10.134-16.2.an8.x86_64' } })
    expect(runCheck(kernelStock, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'not-applicable',
    })
  })

  it('is unknown, not pass, when kernel could not be read', () => {
    const facts = without('kernel', 'permission-denied')
    expect(runCheck(kernelStock, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'kernel', reason: 'permission-denied' }],
    })
  })
})
