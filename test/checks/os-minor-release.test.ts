import { describe, expect, it } from 'vitest'
import { osMinorRelease } from '../../checks/os-minor-release.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('os-minor-release', () => {
  it('passes 8.5', () => {
    const facts = hostFacts()
    expect(runCheck(osMinorRelease, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('passes 8.4, the oldest that tools take', () => {
    const facts = factsWith({ osRelease: { release: '8.4' } })
    expect(runCheck(osMinorRelease, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('reports 8.3', () => {
    const facts = factsWith({ osRelease: { release: '8.3', releaseLine: 'CentOS Linux release 8.3.2011' } })
    expect(runCheck(osMinorRelease, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('CentOS 8.3') },
    })
  })

  it('orders 8.10 after 8.4', () => {
    const facts = factsWith({ osRelease: { release: '8.10' } })
    expect(runCheck(osMinorRelease, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('is unknown without a minor release', () => {
    const facts = factsWith({ osRelease: { release: null, releaseLine: null } })
    expect(runCheck(osMinorRelease, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'unknown' })
  })

  it('leaves Stream to its own check', () => {
    const facts = factsWith({ osRelease: { name: 'CentOS Stream', release: null } })
    expect(runCheck(osMinorRelease, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'not-applicable',
    })
  })

  it('updates from the distribution alone, so that node packages keep their versions', () => {
    const command = osMinorRelease.remedies.find(({ kind }) => kind === 'command')
    expect(command).toMatchObject({ argv: expect.arrayContaining(['--disablerepo=*']) })
  })

  it('is unknown, not pass, when osRelease could not be read', () => {
    const facts = without('osRelease', 'permission-denied')
    expect(runCheck(osMinorRelease, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'osRelease', reason: 'permission-denied' }],
    })
  })
})
