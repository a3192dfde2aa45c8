import { describe, expect, it } from 'vitest'
import type { FactValue } from '../../src/model/facts.ts'
import { uplinkInterfaces } from '../../src/model/uplink.ts'
import { nic } from '../support/healthy-node.ts'

function defaultVia(name: string | null): FactValue<'routes'> {
  const route = { family: 4 as const, gateway: '10.0.0.1', metric: null, protocol: null }
  return { routes: [{ ...route, destination: 'default', interface: name }] }
}

function names(interfaces: FactValue<'nics'>['interfaces'], via: string | null): string[] {
  return uplinkInterfaces({ interfaces }, defaultVia(via))
    .map(({ name }) => name)
    .sort()
}

describe('uplinkInterfaces', () => {
  it('is the interface of the default route', () => {
    expect(names([nic({ name: 'eth0' }), nic({ name: 'eth1' })], 'eth0')).toEqual(['eth0'])
  })

  it('goes through a VLAN over a bond to every port', () => {
    const stack = [
      nic({ name: 'bond0.7', kind: 'vlan', vlan: { id: 7, parent: 'bond0' } }),
      nic({ name: 'bond0', kind: 'bond', bond: { mode: null, ports: ['a', 'b'] } }),
      nic({ name: 'a' }),
      nic({ name: 'b' }),
    ]
    expect(names(stack, 'bond0.7')).toEqual(['a', 'b'])
  })

  it('goes through a bridge, also when only the port names it', () => {
    expect(
      names([nic({ name: 'br0', kind: 'bridge', bridgePorts: ['a'] }), nic({ name: 'a' })], 'br0'),
    ).toEqual(['a'])
    expect(
      names([nic({ name: 'team0', kind: 'team' }), nic({ name: 'a', master: 'team0' })], 'team0'),
    ).toEqual(['a'])
  })

  it('survives loops and interfaces that are not there', () => {
    const loop = [
      nic({ name: 'x', kind: 'bridge', bridgePorts: ['y'] }),
      nic({ name: 'y', kind: 'bridge', bridgePorts: ['x'] }),
    ]
    expect(names(loop, 'x')).toEqual([])
    expect(names([], 'eth0')).toEqual([])
    expect(names([nic({ name: 'eth0' })], null)).toEqual([])
  })
})
