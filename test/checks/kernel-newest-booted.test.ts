import { describe, expect, it } from 'vitest'
import { kernelNewestBooted } from '../../checks/kernel-newest-booted.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('kernel-newest-booted', () => {
  it('passes when the newest kernel runs', () => {
    const facts = hostFacts()
    expect(runCheck(kernelNewestBooted, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('blocks a pending restart', () => {
    const facts = factsWith({ installedKernels: { newestRelease: '4.18.0-348.12.2.el8_5.x86_64' } })
    expect(runCheck(kernelNewestBooted, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'block',
      here: { en: expect.stringContaining('348.12.2') },
    })
  })

  it('orders build numbers as rpm does, not as text', () => {
    const facts = factsWith({
      kernel: { release: '4.18.0-348.el8.x86_64' },
      installedKernels: { newestRelease: '4.18.0-80.11.2.el8_0.x86_64' },
    })
    expect(runCheck(kernelNewestBooted, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('passes a running kernel newer than any package', () => {
    const facts = factsWith({ installedKernels: { newestRelease: '4.18.0-305.el8.x86_64' } })
    expect(runCheck(kernelNewestBooted, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('is milder where the disk is rewritten', () => {
    const facts = factsWith({ installedKernels: { newestRelease: '4.18.0-348.12.2.el8_5.x86_64' } })
    expect(runCheck(kernelNewestBooted, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      severity: 'low',
    })
  })

  it('is unknown when no kernel is packaged', () => {
    const facts = factsWith({ installedKernels: { newestRelease: null } })
    expect(runCheck(kernelNewestBooted, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
    })
  })

  it('is unknown, not pass, when installedKernels could not be read', () => {
    const facts = without('installedKernels', 'permission-denied')
    expect(runCheck(kernelNewestBooted, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'installedKernels', reason: 'permission-denied' }],
    })
  })
})
