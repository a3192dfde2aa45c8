import { describe, expect, it } from 'vitest'
import { machineIdValid } from '../../checks/machine-id-valid.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('machine-id-valid', () => {
  it('passes 32 hexadecimal digits', () => {
    const facts = hostFacts()
    expect(runCheck(machineIdValid, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('blocks a missing id', () => {
    const facts = factsWith({ machineId: { id: null, raw: 'missing' } })
    expect(runCheck(machineIdValid, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('missing') },
    })
  })

  it('blocks an uninitialized id', () => {
    const facts = factsWith({ machineId: { id: null, raw: 'uninitialized' } })
    expect(runCheck(machineIdValid, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'fail' })
  })

  it('blocks an id of zeros', () => {
    const facts = factsWith({ machineId: { id: '0'.repeat(32), raw: 'valid' } })
    expect(runCheck(machineIdValid, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('all zero') },
    })
  })

  it('warns that the host’s DHCP identity changes, before any command', () => {
    expect(machineIdValid.remedies[0]).toMatchObject({
      kind: 'hint',
      text: { en: expect.stringContaining('DHCP') },
    })
  })

  it('is unknown, not pass, when machineId could not be read', () => {
    const facts = without('machineId', 'permission-denied')
    expect(runCheck(machineIdValid, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'machineId', reason: 'permission-denied' }],
    })
  })
})
