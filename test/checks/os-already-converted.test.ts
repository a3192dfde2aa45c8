import { describe, expect, it } from 'vitest'
import { osAlreadyConverted } from '../../checks/os-already-converted.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('os-already-converted', () => {
  it('passes CentOS', () => {
    const facts = hostFacts()
    expect(runCheck(osAlreadyConverted, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('tells that Anolis OS needs no conversion', () => {
    const facts = factsWith({
      osRelease: { id: 'anolis', prettyName: 'Anolis OS 8.8' },
      releasePackages: {
        packages: [
          { name: 'anolis-release', version: '8', release: '1', vendor: 'OpenAnolis', role: 'release' },
        ],
      },
    })
    expect(runCheck(osAlreadyConverted, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('Anolis OS 8.8') },
    })
  })

  it('leaves a half-converted host to its own check', () => {
    const facts = factsWith({
      osRelease: { id: 'anolis' },
      releasePackages: {
        packages: [
          { name: 'centos-linux-release', version: '8', release: '1', vendor: 'CentOS', role: 'release' },
          { name: 'anolis-release', version: '8', release: '1', vendor: 'OpenAnolis', role: 'release' },
        ],
      },
    })
    expect(runCheck(osAlreadyConverted, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('is unknown, not pass, when releasePackages could not be read', () => {
    const facts = without('releasePackages', 'permission-denied')
    expect(runCheck(osAlreadyConverted, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'releasePackages', reason: 'permission-denied' }],
    })
  })
})
