import { describe, expect, it } from 'vitest'
import { bootEspPresent } from '../../checks/boot-esp-present.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('boot-esp-present', () => {
  it('has nothing to say about BIOS', () => {
    const facts = hostFacts()
    expect(runCheck(bootEspPresent, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'not-applicable',
    })
  })

  it('passes a FAT partition at /boot/efi', () => {
    const facts = factsWith({
      boot: { mode: 'uefi', esp: { device: '/dev/vda1', mountpoint: '/boot/efi', fstype: 'vfat' } },
    })
    expect(runCheck(bootEspPresent, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('blocks UEFI without one', () => {
    const facts = factsWith({ boot: { mode: 'uefi', esp: null } })
    expect(runCheck(bootEspPresent, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'fail' })
  })

  it('reports another mount point', () => {
    const facts = factsWith({
      boot: { mode: 'uefi', esp: { device: '/dev/vda1', mountpoint: '/efi', fstype: 'vfat' } },
    })
    expect(runCheck(bootEspPresent, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('/efi') },
    })
  })

  it('reports another filesystem', () => {
    const facts = factsWith({
      boot: { mode: 'uefi', esp: { device: '/dev/vda1', mountpoint: '/boot/efi', fstype: 'ext4' } },
    })
    expect(runCheck(bootEspPresent, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('ext4') },
    })
  })

  it('is unknown, not pass, when boot could not be read', () => {
    const facts = without('boot', 'permission-denied')
    expect(runCheck(bootEspPresent, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'boot', reason: 'permission-denied' }],
    })
  })
})
