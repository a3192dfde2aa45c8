import { describe, expect, it } from 'vitest'
import { osHalfConverted } from '../../checks/os-half-converted.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('os-half-converted', () => {
  it('passes a clean CentOS', () => {
    const facts = hostFacts()
    expect(runCheck(osHalfConverted, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('passes a clean Anolis OS', () => {
    const facts = factsWith({
      osRelease: { id: 'anolis' },
      releasePackages: {
        packages: [
          { name: 'anolis-release', version: '8', release: '1', vendor: 'OpenAnolis', role: 'release' },
        ],
      },
    })
    expect(runCheck(osHalfConverted, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('blocks Anolis packages under a CentOS os-release', () => {
    const facts = factsWith({
      releasePackages: {
        packages: [
          { name: 'anolis-release', version: '8', release: '1', vendor: 'OpenAnolis', role: 'release' },
        ],
      },
    })
    expect(runCheck(osHalfConverted, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'block',
      here: { en: expect.stringContaining('anolis-release') },
    })
  })

  it('blocks CentOS packages under an Anolis os-release', () => {
    const facts = factsWith({
      osRelease: { id: 'anolis' },
      releasePackages: {
        packages: [
          { name: 'centos-linux-release', version: '8', release: '1', vendor: 'CentOS', role: 'release' },
        ],
      },
    })
    expect(runCheck(osHalfConverted, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'block',
    })
  })

  it('blocks packages of both', () => {
    const facts = factsWith({
      osRelease: { id: 'anolis' },
      releasePackages: {
        packages: [
          { name: 'centos-linux-release', version: '8', release: '1', vendor: 'CentOS', role: 'release' },
          { name: 'anolis-release', version: '8', release: '1', vendor: 'OpenAnolis', role: 'release' },
        ],
      },
    })
    expect(runCheck(osHalfConverted, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      severity: 'block',
    })
  })

  it('is milder where the disk is rewritten', () => {
    const facts = factsWith({
      releasePackages: {
        packages: [
          { name: 'centos-linux-release', version: '8', release: '1', vendor: 'CentOS', role: 'release' },
          { name: 'anolis-release', version: '8', release: '1', vendor: 'OpenAnolis', role: 'release' },
        ],
      },
    })
    expect(runCheck(osHalfConverted, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      severity: 'medium',
    })
  })

  it('is unknown, not pass, when releasePackages could not be read', () => {
    const facts = without('releasePackages', 'permission-denied')
    expect(runCheck(osHalfConverted, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'releasePackages', reason: 'permission-denied' }],
    })
  })
})
