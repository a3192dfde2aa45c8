import { describe, expect, it } from 'vitest'
import { releasePackageOwner } from '../../checks/release-package-owner.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('release-package-owner', () => {
  it('passes one owner', () => {
    const facts = hostFacts()
    expect(runCheck(releasePackageOwner, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('blocks when nothing owns the release file', () => {
    const facts = factsWith({ releasePackages: { packages: [] } })
    expect(runCheck(releasePackageOwner, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('No package') },
    })
  })

  it('blocks when two packages do', () => {
    const facts = factsWith({
      releasePackages: {
        packages: [
          { name: 'centos-linux-release', version: '8', release: '1', vendor: 'CentOS', role: 'release' },
          { name: 'anolis-release', version: '8', release: '1', vendor: 'OpenAnolis', role: 'release' },
        ],
      },
    })
    expect(runCheck(releasePackageOwner, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('2 packages') },
    })
  })

  it('does not count branding packages', () => {
    const facts = factsWith({
      releasePackages: {
        packages: [{ name: 'centos-logos', version: '8', release: '1', vendor: 'CentOS', role: 'branding' }],
      },
    })
    expect(runCheck(releasePackageOwner, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('No package') },
    })
  })

  it('is unknown, not pass, when releasePackages could not be read', () => {
    const facts = without('releasePackages', 'permission-denied')
    expect(runCheck(releasePackageOwner, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'releasePackages', reason: 'permission-denied' }],
    })
  })
})
