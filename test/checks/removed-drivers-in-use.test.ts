import { describe, expect, it } from 'vitest'
import { removedDriversInUse } from '../../checks/removed-drivers-in-use.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('removed-drivers-in-use', () => {
  it('passes virtio', () => {
    const facts = hostFacts()
    expect(
      runCheck(removedDriversInUse, facts, { target: 'anolis-anck', kernelLine: 'anck-4.19' }),
    ).toMatchObject({ status: 'pass' })
  })

  it('is grave for storage', () => {
    const facts = factsWith({
      pci: {
        devices: [
          {
            slot: '0000:3b:00.0',
            vendor: '1000',
            device: '00e6',
            subsystemVendor: null,
            subsystemDevice: null,
            class: '010700',
            driver: 'mpi3mr',
          },
        ],
      },
    })
    expect(runCheck(removedDriversInUse, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('mpi3mr') },
    })
  })

  it('is milder for accelerators', () => {
    const facts = factsWith({
      pci: {
        devices: [
          {
            slot: '0000:3b:00.0',
            vendor: '1000',
            device: '00e6',
            subsystemVendor: null,
            subsystemDevice: null,
            class: '0b4000',
            driver: 'qat_4xxx',
          },
        ],
      },
    })
    expect(runCheck(removedDriversInUse, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      severity: 'medium',
    })
  })

  it('passes drivers that are there', () => {
    const facts = factsWith({
      pci: {
        devices: [
          {
            slot: '0000:3b:00.0',
            vendor: '1000',
            device: '00e6',
            subsystemVendor: null,
            subsystemDevice: null,
            class: '020000',
            driver: 'i40e',
          },
        ],
      },
    })
    expect(runCheck(removedDriversInUse, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'pass' })
  })

  it('is unknown for what the data does not hold', () => {
    const facts = factsWith({
      pci: {
        devices: [
          {
            slot: '0000:3b:00.0',
            vendor: '1000',
            device: '00e6',
            subsystemVendor: null,
            subsystemDevice: null,
            class: '020000',
            driver: 'i40e',
          },
        ],
      },
    })
    expect(
      runCheck(removedDriversInUse, facts, { target: 'anolis-anck', kernelLine: 'anck-4.19' }),
    ).toMatchObject({ status: 'unknown' })
  })

  it('does not judge consoles and bridges', () => {
    const facts = factsWith({
      pci: {
        devices: [
          {
            slot: '0000:3b:00.0',
            vendor: '1000',
            device: '00e6',
            subsystemVendor: null,
            subsystemDevice: null,
            class: '030000',
            driver: 'some_vga',
          },
        ],
      },
    })
    expect(runCheck(removedDriversInUse, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'pass' })
  })

  it('does not judge devices without a driver', () => {
    const facts = factsWith({
      pci: {
        devices: [
          {
            slot: '0000:3b:00.0',
            vendor: '1000',
            device: '00e6',
            subsystemVendor: null,
            subsystemDevice: null,
            class: '010700',
            driver: null,
          },
        ],
      },
    })
    expect(runCheck(removedDriversInUse, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'pass' })
  })

  it('is unknown, not pass, when pci could not be read', () => {
    const facts = without('pci', 'permission-denied')
    expect(runCheck(removedDriversInUse, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'pci', reason: 'permission-denied' }],
    })
  })
})
