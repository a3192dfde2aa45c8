import { describe, expect, it } from 'vitest'
import { hostInContainer } from '../../checks/host-in-container.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('host-in-container', () => {
  it('passes a virtual machine', () => {
    const facts = hostFacts()
    expect(runCheck(hostInContainer, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('passes bare metal', () => {
    const facts = factsWith({ virtualization: { type: 'none' } })
    expect(runCheck(hostInContainer, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('blocks a container', () => {
    const facts = factsWith({ virtualization: { type: 'lxc', container: true } })
    expect(runCheck(hostInContainer, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('lxc') },
    })
  })

  it('is unknown, not pass, when virtualization could not be read', () => {
    const facts = without('virtualization', 'permission-denied')
    expect(runCheck(hostInContainer, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'virtualization', reason: 'permission-denied' }],
    })
  })
})
