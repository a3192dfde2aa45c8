import { describe, expect, it } from 'vitest'
import { removedDriverRootDisk } from '../../checks/removed-driver-root-disk.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'
import { disk } from '../support/healthy-node.ts'

describe('removed-driver-root-disk', () => {
  it('passes virtio on every target', () => {
    const facts = hostFacts()
    expect(runCheck(removedDriverRootDisk, facts, { target: 'containeros' })).toMatchObject({
      status: 'pass',
    })
  })

  it('blocks a controller that 5.10 does not have', () => {
    const facts = factsWith({
      disks: { devices: [disk({ name: 'vda', drivers: ['sd', 'mpi3mr'] })], rootDisks: ['vda'] },
    })
    expect(runCheck(removedDriverRootDisk, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('mpi3mr') },
    })
  })

  it('passes it on RHCK', () => {
    const facts = factsWith({
      disks: { devices: [disk({ name: 'vda', drivers: ['sd', 'mpi3mr'] })], rootDisks: ['vda'] },
    })
    expect(runCheck(removedDriverRootDisk, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'pass',
    })
  })

  it('is unknown on 4.19, whose data is an excerpt', () => {
    const facts = factsWith({
      disks: { devices: [disk({ name: 'vda', drivers: ['sd', 'mpi3mr'] })], rootDisks: ['vda'] },
    })
    expect(
      runCheck(removedDriverRootDisk, facts, { target: 'anolis-anck', kernelLine: 'anck-4.19' }),
    ).toMatchObject({ status: 'unknown' })
  })

  it('is unknown for a physical controller on ContainerOS', () => {
    const facts = factsWith({
      disks: { devices: [disk({ name: 'vda', drivers: ['sd', 'megaraid_sas'] })], rootDisks: ['vda'] },
    })
    expect(runCheck(removedDriverRootDisk, facts, { target: 'containeros' })).toMatchObject({
      status: 'unknown',
    })
  })

  it('is unknown when no driver was seen', () => {
    const facts = factsWith({ disks: { devices: [disk({ name: 'vda', drivers: [] })], rootDisks: ['vda'] } })
    expect(runCheck(removedDriverRootDisk, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
    })
  })

  it('is unknown when the root disk was not found', () => {
    const facts = factsWith({
      disks: { devices: [disk({ name: 'vda', drivers: ['virtio_blk'] })], rootDisks: [] },
    })
    expect(runCheck(removedDriverRootDisk, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
    })
  })

  it('names sd_mod when sysfs says sd', () => {
    const facts = factsWith({
      disks: { devices: [disk({ name: 'vda', drivers: ['sd', 'ahci'] })], rootDisks: ['vda'] },
    })
    expect(runCheck(removedDriverRootDisk, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'pass',
    })
  })

  it('is unknown for an out-of-tree driver on RHCK', () => {
    const facts = factsWith(
      { disks: { devices: [disk({ name: 'sda', drivers: ['sd', 'vendor_mod'] })], rootDisks: ['sda'] } },
      factsWith({
        moduleFiles: {
          outOfTree: [
            {
              name: 'vendor_mod',
              path: '/lib/modules/4.18.0-348.7.1.el8_5.x86_64/extra/vendor_mod.ko',
              origin: 'extra',
              version: '1.0',
              license: 'GPL',
              signer: null,
              vermagic: '4.18.0-348.el8.x86_64 SMP mod_unload modversions',
              package: null,
              symbols: null,
            },
          ],
        },
      }),
    )
    expect(runCheck(removedDriverRootDisk, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
    })
  })

  it('is unknown, not pass, when disks could not be read', () => {
    const facts = without('disks', 'permission-denied')
    expect(runCheck(removedDriverRootDisk, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'disks', reason: 'permission-denied' }],
    })
  })
})
