import { describe, expect, it } from 'vitest'
import { bootSecureBoot } from '../../checks/boot-secure-boot.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('boot-secure-boot', () => {
  it('has nothing to say about BIOS', () => {
    const facts = hostFacts()
    expect(runCheck(bootSecureBoot, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'not-applicable',
    })
  })

  it('passes UEFI with secure boot off', () => {
    const facts = factsWith({ boot: { mode: 'uefi', secureBoot: false } })
    expect(runCheck(bootSecureBoot, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('blocks secure boot', () => {
    const facts = factsWith({ boot: { mode: 'uefi', secureBoot: true } })
    expect(runCheck(bootSecureBoot, facts, { target: 'containeros' })).toMatchObject({ status: 'fail' })
  })

  it('is unknown when its state could not be read', () => {
    const facts = factsWith({ boot: { mode: 'uefi', secureBoot: null } })
    expect(runCheck(bootSecureBoot, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'unknown' })
  })

  it('is unknown, not pass, when boot could not be read', () => {
    const facts = without('boot', 'permission-denied')
    expect(runCheck(bootSecureBoot, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'boot', reason: 'permission-denied' }],
    })
  })
})
