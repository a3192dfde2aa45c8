import { expect, it } from 'vitest'
import { hostInterfaces } from '../../src/model/host-interfaces.ts'
import { nic } from '../support/healthy-node.ts'

it('tells the host’s own interfaces from those of containers and guests', () => {
  const interfaces = [
    nic({ name: 'lo', kind: 'loopback' }),
    nic({ name: 'ens1f0' }),
    nic({ name: 'bond0', kind: 'bond' }),
    nic({ name: 'bond0.100', kind: 'vlan' }),
    nic({ name: 'br0', kind: 'bridge' }),
    nic({ name: 'br-1a2b3c', kind: 'bridge' }),
    nic({ name: 'docker0', kind: 'bridge' }),
    nic({ name: 'cali12', kind: 'virtual' }),
    nic({ name: 'virbr0', kind: 'bridge' }),
  ]
  expect(hostInterfaces({ interfaces }).map(({ name }) => name)).toEqual([
    'ens1f0',
    'bond0',
    'bond0.100',
    'br0',
  ])
})
