import { describe, expect, it } from 'vitest'
import { osStream } from '../../checks/os-stream.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('os-stream', () => {
  it('passes CentOS Linux', () => {
    const facts = hostFacts()
    expect(runCheck(osStream, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('warns of CentOS Stream', () => {
    const facts = factsWith({ osRelease: { name: 'CentOS Stream', releaseLine: 'CentOS Stream release 8' } })
    expect(runCheck(osStream, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('CentOS Stream release 8') },
    })
  })

  it('recognises Stream by the release line alone', () => {
    const facts = factsWith({ osRelease: { releaseLine: 'CentOS Stream release 8' } })
    expect(runCheck(osStream, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'high',
    })
  })

  it('does not mind where the disk is rewritten', () => {
    const facts = factsWith({ osRelease: { name: 'CentOS Stream' } })
    expect(runCheck(osStream, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      severity: 'info',
    })
  })

  it('has nothing to say about others', () => {
    const facts = factsWith({ osRelease: { id: 'anolis', name: 'Anolis OS' } })
    expect(runCheck(osStream, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'not-applicable' })
  })

  it('is unknown, not pass, when osRelease could not be read', () => {
    const facts = without('osRelease', 'permission-denied')
    expect(runCheck(osStream, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'osRelease', reason: 'permission-denied' }],
    })
  })
})
