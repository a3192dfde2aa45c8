import { describe, expect, it } from 'vitest'
import { removedDriverUplink } from '../../checks/removed-driver-uplink.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'
import { nic } from '../support/healthy-node.ts'

describe('removed-driver-uplink', () => {
  it('passes virtio', () => {
    const facts = hostFacts()
    expect(runCheck(removedDriverUplink, facts, { target: 'containeros' })).toMatchObject({ status: 'pass' })
  })

  it('blocks an adapter that 5.10 does not have', () => {
    const facts = factsWith({
      nics: { interfaces: [nic({ name: 'eth0', driver: 'amd-xgbe' })] },
      routes: {
        routes: [
          {
            family: 4,
            destination: 'default',
            gateway: '10.0.0.1',
            interface: 'eth0',
            metric: 100,
            protocol: 'static',
          },
        ],
      },
    })
    expect(runCheck(removedDriverUplink, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('eth0 (amd-xgbe)') },
    })
  })

  it('passes it on 4.19, which has it', () => {
    const facts = factsWith({
      nics: { interfaces: [nic({ name: 'eth0', driver: 'amd-xgbe' })] },
      routes: {
        routes: [
          {
            family: 4,
            destination: 'default',
            gateway: '10.0.0.1',
            interface: 'eth0',
            metric: 100,
            protocol: 'static',
          },
        ],
      },
    })
    expect(
      runCheck(removedDriverUplink, facts, { target: 'anolis-anck', kernelLine: 'anck-4.19' }),
    ).toMatchObject({ status: 'pass' })
  })

  it('looks through VLANs and bonds', () => {
    const facts = factsWith({
      nics: {
        interfaces: [
          nic({ name: 'bond0.7', kind: 'vlan', vlan: { id: 7, parent: 'bond0' } }),
          nic({ name: 'bond0', kind: 'bond', bond: { mode: '802.3ad', ports: ['ens1', 'ens2'] } }),
          nic({ name: 'ens1', driver: 'ixgbe', master: 'bond0' }),
          nic({ name: 'ens2', driver: 'mana', master: 'bond0' }),
        ],
      },
      routes: {
        routes: [
          {
            family: 4,
            destination: 'default',
            gateway: '10.0.0.1',
            interface: 'bond0.7',
            metric: 100,
            protocol: 'static',
          },
        ],
      },
    })
    expect(runCheck(removedDriverUplink, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('ens2 (mana)') },
    })
  })

  it('does not judge adapters that are not the uplink', () => {
    const facts = factsWith({
      nics: {
        interfaces: [nic({ name: 'eth0', driver: 'virtio_net' }), nic({ name: 'eth1', driver: 'mana' })],
      },
      routes: {
        routes: [
          {
            family: 4,
            destination: 'default',
            gateway: '10.0.0.1',
            interface: 'eth0',
            metric: 100,
            protocol: 'static',
          },
        ],
      },
    })
    expect(runCheck(removedDriverUplink, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'pass' })
  })

  it('is unknown without a default route', () => {
    const facts = factsWith({ routes: { routes: [] } })
    expect(runCheck(removedDriverUplink, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
    })
  })

  it('is unknown for an adapter without a driver', () => {
    const facts = factsWith({
      nics: { interfaces: [nic({ name: 'eth0', driver: null })] },
      routes: {
        routes: [
          {
            family: 4,
            destination: 'default',
            gateway: '10.0.0.1',
            interface: 'eth0',
            metric: 100,
            protocol: 'static',
          },
        ],
      },
    })
    expect(runCheck(removedDriverUplink, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
    })
  })

  it('is unknown for physical adapters on ContainerOS', () => {
    const facts = factsWith({
      nics: { interfaces: [nic({ name: 'eth0', driver: 'ixgbe' })] },
      routes: {
        routes: [
          {
            family: 4,
            destination: 'default',
            gateway: '10.0.0.1',
            interface: 'eth0',
            metric: 100,
            protocol: 'static',
          },
        ],
      },
    })
    expect(runCheck(removedDriverUplink, facts, { target: 'containeros' })).toMatchObject({
      status: 'unknown',
    })
  })

  it('is unknown, not pass, when nics could not be read', () => {
    const facts = without('nics', 'permission-denied')
    expect(runCheck(removedDriverUplink, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'nics', reason: 'permission-denied' }],
    })
  })
})
