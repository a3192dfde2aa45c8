import { describe, expect, it } from 'vitest'
import { buildIgnition } from '../../src/ignition/build-config.ts'
import type { FactValue } from '../../src/model/facts.ts'
import { nic } from '../support/healthy-node.ts'
import { fileText, ignitionRequest } from '../support/ignition-request.ts'
import { wholeProfile } from '../support/whole-profile.ts'

type Address = FactValue<'addresses'>['addresses'][number]
type Route = FactValue<'routes'>['routes'][number]

const mac = (last: number): string => `52:54:00:00:00:0${last}`
const port = (name: string, last: number, master: string | null = 'bond0') =>
  nic({ name, mac: '52:54:00:00:00:01', permanentMac: mac(last), mtu: 9000, master })
const address = (values: Partial<Address>): Address => ({
  interface: 'eth0',
  family: 4,
  address: '10.0.0.11',
  prefix: 24,
  scope: 'global',
  dynamic: false,
  ...values,
})
const route = (values: Partial<Route>): Route => ({
  family: 4,
  destination: 'default',
  gateway: '10.0.0.1',
  interface: 'eth0',
  metric: null,
  protocol: 'static',
  ...values,
})

/** A VLAN on a bond of two ports, with jumbo frames and a route of its own. */
const bonded = {
  nics: {
    interfaces: [
      port('eth0', 1),
      port('eth1', 2),
      nic({
        name: 'bond0',
        kind: 'bond',
        mtu: 9000,
        bond: { mode: 'active-backup 1', ports: ['eth0', 'eth1'] },
      }),
      nic({ name: 'bond0.100', kind: 'vlan', vlan: { id: 100, parent: 'bond0' } }),
    ],
  },
  addresses: { addresses: [address({ interface: 'bond0.100' })] },
  routes: {
    routes: [
      route({ interface: 'bond0.100' }),
      route({ interface: 'bond0.100', destination: '172.16.0.0/12', gateway: '10.0.0.254', metric: 50 }),
      route({ interface: 'bond0.100', destination: '10.0.0.0/24', gateway: null, protocol: 'kernel' }),
      route({ interface: 'bond0.100', destination: '192.168.7.0/24', protocol: 'bird' }),
    ],
  },
  dns: { servers: ['10.0.0.2', 'fd00::2'], search: ['example.com'] },
}

const keyfileOf = (facts: object, name: string) =>
  fileText(
    buildIgnition(ignitionRequest(facts)).config,
    `/etc/NetworkManager/system-connections/${name}.nmconnection`,
  )
const networkdOf = (facts: object, name: string) =>
  fileText(
    buildIgnition(ignitionRequest(facts, { profile: wholeProfile({ 'network.stack': 'systemd-networkd' }) }))
      .config,
    `/etc/systemd/network/${name}`,
  )

describe('profiles of NetworkManager', () => {
  it('know a port by the MAC that it was made with, not by the one of its bond', () => {
    expect(keyfileOf(bonded, 'eth1')).toBe(`[connection]
id=eth1
type=ethernet
master=bond0
slave-type=bond

[ethernet]
mac-address=52:54:00:00:00:02
mtu=9000
`)
  })

  it('have bonds, VLANs, addresses, routes and name servers, and no route of others', () => {
    expect(keyfileOf(bonded, 'bond0')).toContain('[bond]\nmode=active-backup\nmiimon=100\n')
    expect(keyfileOf(bonded, 'bond0.100')).toBe(`[connection]
id=bond0.100
type=vlan
interface-name=bond0.100

[vlan]
id=100
flags=1
parent=bond0

[ipv4]
method=manual
address1=10.0.0.11/24
gateway=10.0.0.1
route1=172.16.0.0/12,10.0.0.254,50
dns=10.0.0.2;
dns-search=example.com;
may-fail=false

[ipv6]
method=disabled
`)
  })

  it('name the parent of a VLAN by its MAC: its name may change', () => {
    const facts = {
      nics: {
        interfaces: [
          port('eth0', 1, null),
          nic({ name: 'eth0.7', kind: 'vlan', vlan: { id: 7, parent: 'eth0' } }),
        ],
      },
      addresses: { addresses: [] },
      routes: { routes: [] },
    }
    const text = keyfileOf(facts, 'eth0.7')
    expect(text).toContain('mac-address=52:54:00:00:00:01')
    expect(text).not.toContain('parent=')
  })

  it('ask for an address again where one was leased', () => {
    const text = keyfileOf({ addresses: { addresses: [address({ dynamic: true })] } }, 'eth0')
    expect(text).toContain('[ipv4]\nmethod=auto\n')
    expect(text).not.toContain('10.0.0.11')
  })
})

describe('files of systemd-networkd', () => {
  it('match the device itself, not what lies on it', () => {
    expect(networkdOf(bonded, '20-eth0.network')).toContain(`[Match]\nPermanentMACAddress=${mac(1)}\n`)
    expect(networkdOf(bonded, '20-eth0.network')).toContain('Bond=bond0\n')
  })

  it('have a device and a network for bonds and VLANs', () => {
    expect(networkdOf(bonded, '10-bond0.netdev')).toBe(
      '[NetDev]\nName=bond0\nKind=bond\nMTUBytes=9000\n\n[Bond]\nMode=active-backup\nMIIMonitorSec=100ms\n',
    )
    expect(networkdOf(bonded, '20-bond0.network')).toContain('VLAN=bond0.100\n')
    const top = networkdOf(bonded, '20-bond0.100.network')
    expect(top).toContain('DHCP=no\n')
    expect(top).toContain(
      'Address=10.0.0.11/24\nGateway=10.0.0.1\nDNS=10.0.0.2\nDNS=fd00::2\nDomains=example.com\n',
    )
    expect(top).toContain('[Route]\nDestination=172.16.0.0/12\nGateway=10.0.0.254\nMetric=50\n')
  })
})

describe('what is not written down', () => {
  it('an address that floats between machines is named, and left out', () => {
    const facts = {
      addresses: { addresses: [address({}), address({ address: '10.0.0.100', prefix: 32 })] },
    }
    const { open } = buildIgnition(ignitionRequest(facts))
    expect(open.map(({ id }) => id)).toContain('address:10.0.0.100')
    expect(keyfileOf(facts, 'eth0')).not.toContain('10.0.0.100')
  })

  it('a single address that a file of the host names is its own', () => {
    const facts = {
      addresses: { addresses: [address({}), address({ address: '10.0.0.100', prefix: 32 })] },
      networkConfig: {
        ifcfg: [
          {
            file: '/etc/sysconfig/network-scripts/ifcfg-eth0',
            device: 'eth0',
            settings: { IPADDR1: '10.0.0.100' },
          },
        ],
      },
    }
    expect(keyfileOf(facts, 'eth0')).toContain('address2=10.0.0.100/32')
  })

  it('interfaces of containers are not part of the host', () => {
    const interfaces = [
      port('eth0', 1, null),
      nic({ name: 'docker0', kind: 'bridge' }),
      nic({ name: 'cali1', kind: 'virtual' }),
    ]
    const { config } = buildIgnition(ignitionRequest({ nics: { interfaces } }))
    const profiles = config.storage?.files?.filter(({ path }) => path.endsWith('.nmconnection'))
    expect(profiles).toHaveLength(1)
  })

  it('a team is refused with what can be done', () => {
    const interfaces = [nic({ name: 'team0', kind: 'team' })]
    expect(() => buildIgnition(ignitionRequest({ nics: { interfaces } }))).toThrow('make it a bond')
  })
})
