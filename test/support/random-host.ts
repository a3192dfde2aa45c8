import * as fc from 'fast-check'
import type { IgnitionRequest } from '../../src/ignition/request.ts'
import type { FactValue } from '../../src/model/facts.ts'
import { disk, nic } from './healthy-node.ts'
import { certificate, ignitionRequest, localData, settingsOf } from './ignition-request.ts'
import { wholeProfile } from './whole-profile.ts'

type Nic = FactValue<'nics'>['interfaces'][number]
type Address = FactValue<'addresses'>['addresses'][number]
type Route = FactValue<'routes'>['routes'][number]

interface AnyUplink {
  kind: 'plain' | 'bond' | 'vlan' | 'bond-vlan' | 'bridge'
  name: string
  mtu: number | null
  isStatic: boolean
  octet: number
  vlan: number
  six: 'none' | 'link' | 'static' | 'dynamic'
  routes: number
}

const anyUplink: fc.Arbitrary<AnyUplink> = fc.record({
  kind: fc.constantFrom('plain', 'plain', 'bond', 'vlan', 'bond-vlan', 'bridge'),
  name: fc.constantFrom('eth', 'ens', 'enp3s', 'lan-', 'p1p'),
  mtu: fc.constantFrom(1500, null, 9000, 1450),
  isStatic: fc.boolean(),
  octet: fc.integer({ min: 2, max: 250 }),
  vlan: fc.integer({ min: 1, max: 4094 }),
  six: fc.constantFrom('none', 'link', 'static', 'dynamic'),
  routes: fc.integer({ min: 0, max: 3 }),
})

interface Network {
  nics: Nic[]
  addresses: Address[]
  routes: Route[]
}

/** One way to the network, with everything that lies below it; `index` keeps the names of several apart. */
function networkOf(uplink: AnyUplink, index: number): Network {
  const physical = (number: number, more: Partial<Nic> = {}): Nic => {
    const mac = `52:54:00:${[index, number, uplink.octet].map((part) => part.toString(16).padStart(2, '0')).join(':')}`
    return nic({
      name: `${uplink.name}${index}${number}`,
      kind: 'physical',
      mac,
      permanentMac: mac,
      mtu: uplink.mtu,
      ...more,
    })
  }
  const top = `top${index}`
  const bond = `bond${index}`
  const ports = [0, 1].map((number) => physical(number, { master: bond }))
  const portNames = ports.map(({ name }) => name)
  const ofBond = (more: Partial<Nic> = {}): Nic =>
    nic({ name: bond, kind: 'bond', mtu: uplink.mtu, bond: { mode: '802.3ad 4', ports: portNames }, ...more })
  const first = physical(0)
  const ofVlan = (parent: string): Nic =>
    nic({
      name: `${parent}.${uplink.vlan}`.slice(0, 15),
      kind: 'vlan',
      mtu: uplink.mtu,
      vlan: { id: uplink.vlan, parent },
    })
  const nics: Record<AnyUplink['kind'], Nic[]> = {
    plain: [first],
    bond: [...ports, ofBond()],
    vlan: [first, ofVlan(first.name)],
    'bond-vlan': [...ports, ofBond(), ofVlan(bond)],
    bridge: [
      physical(0, { master: top }),
      nic({ name: top, kind: 'bridge', mtu: uplink.mtu, bridgePorts: [first.name] }),
    ],
  }
  const own = nics[uplink.kind]
  const name = own.at(-1)!.name
  return { nics: own, ...addressesOf(uplink, name, index) }
}

function addressesOf(uplink: AnyUplink, name: string, index: number): Omit<Network, 'nics'> {
  const { isStatic, octet, six, routes } = uplink
  const net = `10.${index}.0`
  const base = { interface: name, dynamic: !isStatic, scope: 'global' }
  const sixes: Record<AnyUplink['six'], Address[]> = {
    none: [],
    link: [{ ...base, family: 6, address: `fe80::${octet}`, prefix: 64, scope: 'link', dynamic: false }],
    static: [{ ...base, family: 6, address: `2001:db8:${index}::${octet}`, prefix: 64, dynamic: false }],
    dynamic: [{ ...base, family: 6, address: `2001:db8:${index}::${octet}`, prefix: 64, dynamic: true }],
  }
  const protocol = isStatic ? 'static' : 'dhcp'
  const route = { family: 4 as const, interface: name, gateway: `${net}.1`, metric: 100, protocol }
  return {
    addresses: [{ ...base, family: 4, address: `${net}.${octet}`, prefix: 24 }, ...sixes[six]],
    routes: [
      ...(index === 0 ? [{ ...route, destination: 'default' }] : []),
      ...Array.from({ length: routes }, (_, number) => ({
        ...route,
        destination: `172.${16 + number}.${index}.0/24`,
      })),
    ],
  }
}

const anyValue = fc.stringMatching(/^[ -~]{0,30}$/)
const anyDomain = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}(\.[a-z]{2,5}){1,2}$/)

/** Hosts and wishes of every kind that can be moved: what is built of them is valid, whatever it is. */
export const anyRequest: fc.Arbitrary<IgnitionRequest> = fc
  .record({
    uplinks: fc.array(anyUplink, { minLength: 1, maxLength: 4 }),
    stack: fc.constantFrom('networkmanager', 'systemd-networkd'),
    maxSpec: fc.constantFrom('3.3.0', '3.4.0', '3.5.0'),
    version: fc.constantFrom(2, 3),
    clock: fc.constantFrom('chronyd', 'systemd-timesyncd'),
    sysctl: fc.array(fc.tuple(fc.stringMatching(/^net\.ipv4\.[a-z_]{1,20}$/), anyValue), { maxLength: 6 }),
    modules: fc.array(fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}$/), { maxLength: 6 }),
    domains: fc.array(anyDomain, { maxLength: 3 }),
    hosts: fc.array(fc.tuple(fc.ipV4(), anyDomain), { maxLength: 4 }),
    flags: fc.subarray([
      '--max-pods=200',
      '--node-labels=a=b,c=d',
      '--register-with-taints=x=y:NoSchedule',
      '--v=4',
      '--unheard-of=%h $x "y"',
    ]),
    reserved: fc.stringMatching(/^[a-zA-Z0-9 "$%\\=,]{1,30}$/),
    cmdline: fc.subarray([
      'hugepagesz=1G',
      'hugepages=16',
      'isolcpus=2-5',
      'net.ifnames=0',
      'quiet',
      'root=/dev/vda2',
    ]),
    cases: fc.record({
      kept: fc.boolean(),
      registry: fc.boolean(),
      users: fc.boolean(),
      isJoined: fc.boolean(),
      snapshotter: fc.constantFrom('overlayfs', 'nydus'),
    }),
    pathName: fc.stringMatching(/^[a-zA-Z0-9._@ %é-]{1,20}$/).filter((name) => !/^\.{1,2}$/.test(name)),
  })
  .map((drawn) => requestOf(drawn))

interface Wishes {
  uplinks: AnyUplink[]
  stack: string
  maxSpec: string
  version: number
  clock: string
  sysctl: [string, string][]
  modules: string[]
  domains: string[]
  hosts: [string, string][]
  flags: string[]
  reserved: string
  cmdline: string[]
  cases: { kept: boolean; registry: boolean; users: boolean; isJoined: boolean; snapshotter: string }
  pathName: string
}

function requestOf(drawn: Wishes): IgnitionRequest {
  const networks = drawn.uplinks.map(networkOf)
  const { cases } = drawn
  const target = `/var/data/${drawn.pathName}`
  const devices = [
    disk({ name: 'vda', type: 'disk', sizeBytes: 2 ** 36 }),
    disk({
      name: 'vda2',
      type: 'part',
      sizeBytes: 2 ** 35,
      parents: ['vda'],
      fstype: 'xfs',
      mountpoint: '/',
    }),
    disk({
      name: 'vdb',
      type: 'disk',
      sizeBytes: 2 ** 40,
      fstype: 'ext4',
      mountpoint: target,
      uuid: '6a0c9bd2-0000-4000-8000-00000000000b',
    }),
  ]
  const base = ignitionRequest()
  const values = base.facts
  const runtimes = values.containerRuntimes?.status === 'ok' ? values.containerRuntimes.value : undefined
  const kernel = values.kernel?.status === 'ok' ? values.kernel.value : undefined
  return ignitionRequest(
    {
      nics: { interfaces: networks.flatMap(({ nics }) => nics) },
      addresses: { addresses: networks.flatMap(({ addresses }) => addresses) },
      routes: { routes: networks.flatMap(({ routes }) => routes) },
      dns: {
        servers: ['10.0.0.2', '2001:db8::53'],
        search: drawn.domains,
        hostsEntries: drawn.hosts.map(([address, name]) => ({ address, names: [name] })),
      },
      kernel: { ...kernel, cmdline: drawn.cmdline },
      moduleConfig: { load: drawn.modules.map((module) => ({ file: '/etc/modules-load.d/a.conf', module })) },
      sysctl: { files: drawn.sysctl.map(([key, value]) => ({ file: '/etc/sysctl.d/a.conf', key, value })) },
      kubelet: { args: [...drawn.flags, `--system-reserved=${drawn.reserved}`] },
      containerRuntimes:
        runtimes?.containerd === undefined || runtimes.containerd === null
          ? {}
          : { containerd: { ...runtimes.containerd, snapshotter: cases.snapshotter } },
      disks: { devices, rootDisks: ['vda'] },
      mounts: {
        mounts: [
          { source: '/dev/vda2', target: '/', fstype: 'xfs', options: ['rw'] },
          { source: '/dev/vdb', target, fstype: 'ext4', options: ['rw', 'noatime'] },
        ],
      },
    },
    {
      node: { name: 'worker-1', data: cases.kept ? [localData(`${target}/a`, 'preserve')] : [] },
      profile: wholeProfile({
        'network.stack': drawn.stack,
        'ignition.maxSpec': drawn.maxSpec,
        'kubernetes.containerdConfigVersion': drawn.version,
        'time.service': drawn.clock,
        'packages.sshd': true,
      }),
      settings: settingsOf({
        users: cases.users
          ? [{ name: 'ops', authorizedKeys: ['ssh-ed25519 AAAAC3Nz ops@example'], groups: ['wheel'] }]
          : [],
        registries: cases.registry
          ? [
              {
                host: 'registry.example.com:5000',
                mirrors: ['https://mirror.example.com'],
                certificateAuthority: certificate,
              },
            ]
          : [],
        certificateAuthorities: cases.registry ? [{ name: 'team.crt', pem: certificate }] : [],
        timeServers: ['ntp.example.com'],
        ...(cases.isJoined
          ? {
              join: {
                server: 'https://10.0.0.1:6443',
                certificateAuthority: certificate,
                by: cases.users ? ('kubeadm' as const) : ('tls-bootstrap' as const),
              },
            }
          : {}),
      }),
    },
  )
}
