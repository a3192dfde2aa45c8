import { describe, expect, it } from 'vitest'
import { kernelDefaultEntry } from '../../checks/kernel-default-entry.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('kernel-default-entry', () => {
  it('passes when the default is the running kernel', () => {
    const facts = hostFacts()
    expect(runCheck(kernelDefaultEntry, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('reports another default', () => {
    const facts = factsWith({ installedKernels: { defaultRelease: '4.18.0-305.el8.x86_64' } })
    expect(runCheck(kernelDefaultEntry, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('4.18.0-305') },
    })
  })

  it('is unknown without a known default', () => {
    const facts = factsWith({ installedKernels: { defaultRelease: null, defaultEntry: null } })
    expect(runCheck(kernelDefaultEntry, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
    })
  })

  it('is unknown, not pass, when installedKernels could not be read', () => {
    const facts = without('installedKernels', 'permission-denied')
    expect(runCheck(kernelDefaultEntry, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'installedKernels', reason: 'permission-denied' }],
    })
  })
})
