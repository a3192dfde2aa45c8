import { describe, expect, it } from 'vitest'
import { architectureSupported } from '../../checks/architecture-supported.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('architecture-supported', () => {
  it('passes x86_64 everywhere', () => {
    const facts = hostFacts()
    expect(runCheck(architectureSupported, facts, { target: 'containeros' })).toMatchObject({
      status: 'pass',
    })
  })

  it('passes Arm in place', () => {
    const facts = factsWith({ kernel: { arch: 'aarch64' } })
    expect(runCheck(architectureSupported, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'pass',
    })
  })

  it('blocks Arm for ContainerOS', () => {
    const facts = factsWith({ kernel: { arch: 'aarch64' } })
    expect(runCheck(architectureSupported, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('aarch64') },
    })
  })

  it('blocks other architectures', () => {
    const facts = factsWith({ kernel: { arch: 'ppc64le' } })
    expect(runCheck(architectureSupported, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('ppc64le') },
    })
  })

  it('is unknown, not pass, when kernel could not be read', () => {
    const facts = without('kernel', 'permission-denied')
    expect(runCheck(architectureSupported, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'kernel', reason: 'permission-denied' }],
    })
  })
})
