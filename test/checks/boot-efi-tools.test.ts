import { describe, expect, it } from 'vitest'
import { bootEfiTools } from '../../checks/boot-efi-tools.ts'
import { factsWith, runCheck, without } from '../support/facts-fixture.ts'

describe('boot-efi-tools', () => {
  it('has nothing to say about BIOS', () => {
    const facts = factsWith({ boot: { efiTools: false } })
    expect(runCheck(bootEfiTools, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'not-applicable',
    })
  })

  it('passes UEFI with efibootmgr', () => {
    const facts = factsWith({ boot: { mode: 'uefi' } })
    expect(runCheck(bootEfiTools, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('blocks UEFI without it', () => {
    const facts = factsWith({ boot: { mode: 'uefi', efiTools: false } })
    expect(runCheck(bootEfiTools, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'block',
    })
  })

  it('is milder where the disk is rewritten', () => {
    const facts = factsWith({ boot: { mode: 'uefi', efiTools: false } })
    expect(runCheck(bootEfiTools, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      severity: 'low',
    })
  })

  it('is unknown, not pass, when boot could not be read', () => {
    const facts = without('boot', 'permission-denied')
    expect(runCheck(bootEfiTools, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'boot', reason: 'permission-denied' }],
    })
  })
})
