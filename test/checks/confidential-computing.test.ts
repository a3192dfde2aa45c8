import { describe, expect, it } from 'vitest'
import { confidentialComputing } from '../../checks/confidential-computing.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('confidential-computing', () => {
  it('has nothing to say without it', () => {
    const facts = hostFacts()
    expect(runCheck(confidentialComputing, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'not-applicable',
    })
  })

  it('passes SEV where the kernel has it', () => {
    const facts = factsWith({ confidential: { sevEnabled: true } })
    expect(runCheck(confidentialComputing, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'pass',
    })
  })

  it('reports TDX on 4.19', () => {
    const facts = factsWith({ confidential: { tdxEnabled: true } })
    expect(
      runCheck(confidentialComputing, facts, { target: 'anolis-anck', kernelLine: 'anck-4.19' }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('TDX') } })
  })

  it('passes TDX on 5.10', () => {
    const facts = factsWith({ confidential: { tdxEnabled: true } })
    expect(runCheck(confidentialComputing, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'pass',
    })
  })

  it('is unknown for TDX on RHCK', () => {
    const facts = factsWith({ confidential: { tdxEnabled: true } })
    expect(runCheck(confidentialComputing, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
    })
  })

  it('is unknown for what ContainerOS may have trimmed', () => {
    const facts = factsWith({ confidential: { sgxDevice: true } })
    expect(runCheck(confidentialComputing, facts, { target: 'containeros' })).toMatchObject({
      status: 'unknown',
    })
  })

  it('is unknown, not pass, when confidential could not be read', () => {
    const facts = without('confidential', 'permission-denied')
    expect(runCheck(confidentialComputing, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'confidential', reason: 'permission-denied' }],
    })
  })
})
