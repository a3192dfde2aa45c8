import { describe, expect, it } from 'vitest'
import { osSupported } from '../../checks/os-supported.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('os-supported', () => {
  it('passes CentOS Linux 8', () => {
    const facts = hostFacts()
    expect(runCheck(osSupported, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('passes CentOS Stream 8, which has a check of its own', () => {
    const facts = factsWith({ osRelease: { name: 'CentOS Stream', versionId: '8' } })
    expect(runCheck(osSupported, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('takes 8.5 in VERSION_ID for 8', () => {
    const facts = factsWith({ osRelease: { versionId: '8.5' } })
    expect(runCheck(osSupported, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('blocks CentOS 7', () => {
    const facts = factsWith({ osRelease: { versionId: '7', prettyName: 'CentOS Linux 7 (Core)' } })
    expect(runCheck(osSupported, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'block',
      here: { en: expect.stringContaining('CentOS Linux 7') },
    })
  })

  it('blocks another distribution of the same major', () => {
    const facts = factsWith({
      osRelease: { id: 'rocky', name: 'Rocky Linux', versionId: '8.6', prettyName: null },
    })
    expect(runCheck(osSupported, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      severity: 'block',
      here: { en: expect.stringContaining('Rocky Linux 8.6') },
    })
  })

  it('does not take 80 for 8', () => {
    const facts = factsWith({ osRelease: { versionId: '80' } })
    expect(runCheck(osSupported, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'block',
    })
  })

  it('is milder where the disk is rewritten', () => {
    const facts = factsWith({ osRelease: { id: 'rocky', versionId: '8.6' } })
    expect(runCheck(osSupported, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      severity: 'medium',
    })
  })

  it('has nothing to say about Anolis OS', () => {
    const facts = factsWith({ osRelease: { id: 'anolis', versionId: '8.8' } })
    expect(runCheck(osSupported, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'not-applicable',
    })
  })

  it('is unknown, not pass, when osRelease could not be read', () => {
    const facts = without('osRelease', 'permission-denied')
    expect(runCheck(osSupported, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'osRelease', reason: 'permission-denied' }],
    })
  })
})
