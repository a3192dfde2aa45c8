import { describe, expect, it } from 'vitest'
import { pciDevicesUnclaimed } from '../../checks/pci-devices-unclaimed.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('pci-devices-unclaimed', () => {
  it('passes when every device has a driver', () => {
    const facts = hostFacts()
    expect(runCheck(pciDevicesUnclaimed, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('reports a network device without one', () => {
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
            driver: null,
          },
        ],
      },
    })
    expect(runCheck(pciDevicesUnclaimed, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('without a driver: 1') },
    })
  })

  it('does not mind a bridge', () => {
    const facts = factsWith({
      pci: {
        devices: [
          {
            slot: '0000:3b:00.0',
            vendor: '1000',
            device: '00e6',
            subsystemVendor: null,
            subsystemDevice: null,
            class: '060400',
            driver: null,
          },
        ],
      },
    })
    expect(runCheck(pciDevicesUnclaimed, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('is unknown, not pass, when pci could not be read', () => {
    const facts = without('pci', 'permission-denied')
    expect(runCheck(pciDevicesUnclaimed, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'pci', reason: 'permission-denied' }],
    })
  })
})
