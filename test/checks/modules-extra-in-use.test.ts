import { describe, expect, it } from 'vitest'
import { modulesExtraInUse } from '../../checks/modules-extra-in-use.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('modules-extra-in-use', () => {
  it('passes when none is loaded', () => {
    const facts = hostFacts()
    expect(runCheck(modulesExtraInUse, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('asks for the package in place', () => {
    const facts = factsWith({
      modules: { loaded: [{ name: 'sctp', sizeBytes: 1, useCount: 1, usedBy: [], taint: '' }] },
    })
    expect(runCheck(modulesExtraInUse, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('kernel-modules-extra') },
    })
  })

  it('is graver where nothing can be installed', () => {
    const facts = factsWith({
      modules: { loaded: [{ name: 'sctp', sizeBytes: 1, useCount: 1, usedBy: [], taint: '' }] },
    })
    expect(runCheck(modulesExtraInUse, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('cannot be added') },
    })
  })

  it('takes - and _ for the same', () => {
    const facts = factsWith({
      modules: { loaded: [{ name: 'ip_vs_mh', sizeBytes: 1, useCount: 1, usedBy: [], taint: '' }] },
    })
    expect(runCheck(modulesExtraInUse, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'medium',
    })
  })

  it('is unknown, not pass, when modules could not be read', () => {
    const facts = without('modules', 'permission-denied')
    expect(runCheck(modulesExtraInUse, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'modules', reason: 'permission-denied' }],
    })
  })
})
