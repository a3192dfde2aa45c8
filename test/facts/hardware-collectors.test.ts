import { describe, expect, it } from 'vitest'
import { addresses } from '../../src/facts/addresses.ts'
import { dns } from '../../src/facts/dns.ts'
import { gpu } from '../../src/facts/gpu.ts'
import { networkConfig } from '../../src/facts/network-config.ts'
import { nics } from '../../src/facts/nics.ts'
import { pci } from '../../src/facts/pci.ts'
import { proxy } from '../../src/facts/proxy.ts'
import { routes } from '../../src/facts/routes.ts'
import { FactGap } from '../../src/model/collector.ts'
import { collectorInput } from '../support/collector-input.ts'
import { runScript } from '../support/run-script.ts'

const uevent = (more: string): string =>
  `${more}PCI_CLASS=20000\nPCI_ID=8086:1572\nPCI_SUBSYS_ID=1028:0000\nPCI_SLOT_NAME=0000:3b:00.0\nMODALIAS=pci:x\n`

describe('pci', () => {
  it('reads ids, class and driver from the uevent files', () => {
    const input = collectorInput({
      files: {
        '/sys/bus/pci/devices/0000:3b:00.0/uevent': uevent('DRIVER=i40e\n'),
        '/sys/bus/pci/devices/0000:00:1f.0/uevent': 'PCI_CLASS=60100\nPCI_ID=8086:A1C8\n',
        '/sys/bus/pci/devices/0000:ff:00.0/uevent': 'PCI_ID=nonsense\n',
      },
    })
    expect(pci.parse(input)).toEqual({
      devices: [
        {
          slot: '0000:00:1f.0',
          vendor: '8086',
          device: 'a1c8',
          subsystemVendor: null,
          subsystemDevice: null,
          class: '060100',
          driver: null,
        },
        {
          slot: '0000:3b:00.0',
          vendor: '8086',
          device: '1572',
          subsystemVendor: '1028',
          subsystemDevice: '0000',
          class: '020000',
          driver: 'i40e',
        },
      ],
    })
  })

  it('is empty on a machine without PCI', () => {
    expect(pci.parse(collectorInput())).toEqual({ devices: [] })
  })
})

describe('gpu', () => {
  it('finds accelerators and their drivers', () => {
    const input = collectorInput({
      files: {
        '/sys/bus/pci/devices/0000:af:00.0/uevent': 'DRIVER=nvidia\nPCI_CLASS=30200\nPCI_ID=10DE:1DB6\n',
        '/sys/bus/pci/devices/0000:3b:00.0/uevent': uevent(''),
        '/proc/driver/nvidia/version':
          'NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.82.01  Wed Oct 27 21:21:55 UTC 2021\n',
      },
      paths: { '/sys/module/nvidia': 'directory' },
    })
    expect(gpu.parse(input)).toEqual({
      devices: [{ slot: '0000:af:00.0', class: '030200', vendor: '10de', device: '1db6', driver: 'nvidia' }],
      drivers: [{ name: 'nvidia', version: '470.82.01' }],
    })
  })
})

/** As `ip -d -j` of iproute 5.12 prints a bond with a VLAN on it, shortened. */
const links = [
  {
    ifname: 'lo',
    mtu: 65536,
    operstate: 'UNKNOWN',
    link_type: 'loopback',
    address: '00:00:00:00:00:00',
    addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8, scope: 'host' }],
  },
  {
    ifname: 'ens1f0',
    mtu: 9000,
    master: 'bond0',
    operstate: 'UP',
    link_type: 'ether',
    address: '3c:fd:fe:00:00:01',
    altnames: ['enp59s0f0'],
    linkinfo: { info_slave_kind: 'bond', info_slave_data: { perm_hwaddr: '3c:fd:fe:00:00:01' } },
    addr_info: [],
  },
  {
    ifname: 'ens1f1',
    mtu: 9000,
    master: 'bond0',
    operstate: 'DOWN',
    link_type: 'ether',
    address: '3c:fd:fe:00:00:01',
    linkinfo: { info_slave_data: { perm_hwaddr: '3c:fd:fe:00:00:02' } },
    addr_info: [],
  },
  {
    ifname: 'bond0',
    mtu: 9000,
    operstate: 'UP',
    link_type: 'ether',
    address: '3c:fd:fe:00:00:01',
    linkinfo: { info_kind: 'bond', info_data: { mode: '802.3ad', miimon: 100 } },
    addr_info: [],
  },
  {
    ifname: 'bond0.100',
    link: 'bond0',
    mtu: 1500,
    operstate: 'UP',
    link_type: 'ether',
    address: '3c:fd:fe:00:00:01',
    linkinfo: { info_kind: 'vlan', info_data: { protocol: '802.1Q', id: 100, flags: ['REORDER_HDR'] } },
    addr_info: [
      { family: 'inet', local: '10.1.0.5', prefixlen: 24, scope: 'global', dynamic: true },
      { family: 'inet6', local: 'fe80::1', prefixlen: 64, scope: 'link' },
    ],
  },
  {
    ifname: 'cni0',
    mtu: 1450,
    operstate: 'UP',
    link_type: 'ether',
    linkinfo: { info_kind: 'bridge', info_data: {} },
    addr_info: [],
  },
  {
    ifname: 'veth1',
    link_index: 3,
    mtu: 1450,
    master: 'cni0',
    operstate: 'UP',
    link_type: 'ether',
    linkinfo: { info_kind: 'veth' },
    addr_info: [],
  },
  {},
]
const routeTable = [
  {
    type: 'unicast',
    dst: 'default',
    gateway: '10.1.0.1',
    dev: 'bond0.100',
    table: 'main',
    protocol: 'static',
    scope: 'global',
    metric: 100,
    flags: [],
  },
  { dst: '10.244.1.0/24', dev: 'cni0', protocol: 'kernel', scope: 'link', flags: [] },
  { type: 'local', dst: '127.0.0.1', dev: 'lo', table: 'local', protocol: 'kernel' },
  { type: 'unicast', dst: 'fd00::/64', dev: 'bond0.100', table: 'main', protocol: 'ra', metric: 256 },
  {
    type: 'unicast',
    dst: 'default',
    table: 'main',
    metric: 1024,
    nexthops: [{ gateway: 'fe80::ff', dev: 'bond0.100', weight: 1 }],
  },
  {
    type: 'unicast',
    dst: '192.0.2.0/24',
    via: { family: 'inet6', host: 'fe80::1' },
    dev: 'eth0',
    table: 100,
  },
]
const stdout = `${JSON.stringify(links)}\n${JSON.stringify(routeTable)}\n`

describe('nics', () => {
  it('knows bonds, VLANs, bridges and the hardware behind an interface', () => {
    const input = collectorInput({
      stdout,
      files: {
        '/sys/class/net/ens1f0/device/net/ens1f0/speed': '25000\n',
        '/sys/class/net/ens1f1/device/net/ens1f1/speed': '-1\n',
      },
      links: {
        '/sys/class/net/ens1f0/device': '../../../0000:3b:00.0',
        '/sys/class/net/ens1f0/device/driver': '../../../../bus/pci/drivers/i40e',
        '/sys/class/net/ens1f1/device': '../../../0000:3b:00.1',
      },
    })
    expect(nics.parse(input)).toMatchObject({
      interfaces: [
        { name: 'lo', kind: 'loopback', permanentMac: null },
        {
          name: 'ens1f0',
          kind: 'physical',
          driver: 'i40e',
          slot: '0000:3b:00.0',
          speedMbps: 25000,
          altnames: ['enp59s0f0'],
          master: 'bond0',
        },
        {
          name: 'ens1f1',
          kind: 'physical',
          permanentMac: '3c:fd:fe:00:00:02',
          speedMbps: null,
          driver: null,
          state: 'down',
        },
        { name: 'bond0', kind: 'bond', bond: { mode: '802.3ad', ports: ['ens1f0', 'ens1f1'] } },
        { name: 'bond0.100', kind: 'vlan', vlan: { id: 100, parent: 'bond0' } },
        { name: 'cni0', kind: 'bridge', mac: null, bridgePorts: ['veth1'] },
        { name: 'veth1', kind: 'virtual', bond: null, vlan: null },
      ],
    })
  })

  it.each([
    ['command-missing', '', 127],
    ['failed', 'Object "address" is unknown\n', 1],
    ['unparsable', '[{"ifname": 1}]\n', 0],
    ['unparsable', '[{\n', 0],
  ])('is a gap (%s) for %j', (reason, output, exitCode) => {
    const parse = (): unknown => nics.parse(collectorInput({ stdout: output, exitCode }))
    expect(parse).toThrow(FactGap)
    expect(parse).toThrow(expect.objectContaining({ reason }))
  })

  it('reads this machine', () => {
    const run = runScript(nics.script ?? '')
    const input = collectorInput({ stdout: run.stdout, exitCode: run.exitCode })
    expect(nics.parse(input)).toMatchObject({
      interfaces: expect.arrayContaining([expect.objectContaining({ name: 'lo', kind: 'loopback' })]),
    })
    expect(addresses.parse(input)).toMatchObject({
      addresses: expect.arrayContaining([expect.objectContaining({ address: '127.0.0.1', prefix: 8 })]),
    })
    expect(routes.parse(input)).toHaveProperty('routes')
  })
})

describe('addresses and routes', () => {
  it('reads addresses of both families', () => {
    expect(addresses.parse(collectorInput({ stdout }))).toEqual({
      addresses: [
        { interface: 'lo', family: 4, address: '127.0.0.1', prefix: 8, scope: 'host', dynamic: false },
        {
          interface: 'bond0.100',
          family: 4,
          address: '10.1.0.5',
          prefix: 24,
          scope: 'global',
          dynamic: true,
        },
        { interface: 'bond0.100', family: 6, address: 'fe80::1', prefix: 64, scope: 'link', dynamic: false },
      ],
    })
  })

  it('reads the main table of both families', () => {
    expect(routes.parse(collectorInput({ stdout }))).toEqual({
      routes: [
        {
          family: 4,
          destination: 'default',
          gateway: '10.1.0.1',
          interface: 'bond0.100',
          metric: 100,
          protocol: 'static',
        },
        {
          family: 4,
          destination: '10.244.1.0/24',
          gateway: null,
          interface: 'cni0',
          metric: null,
          protocol: 'kernel',
        },
        {
          family: 6,
          destination: 'fd00::/64',
          gateway: null,
          interface: 'bond0.100',
          metric: 256,
          protocol: 'ra',
        },
        {
          family: 6,
          destination: 'default',
          gateway: 'fe80::ff',
          interface: 'bond0.100',
          metric: 1024,
          protocol: null,
        },
      ],
    })
  })
})

describe('dns', () => {
  it('takes the last search line and leaves out localhost', () => {
    const input = collectorInput({
      files: {
        '/etc/resolv.conf':
          '# by hand\nnameserver 10.0.0.2\nnameserver 10.0.0.3 ; second\ndomain old.example\nsearch a.example b.example\noptions ndots:2 timeout:1\n',
        '/etc/hosts':
          '127.0.0.1 localhost\n::1 localhost6\nff02::1 ip6-allnodes\n10.0.0.9 registry.local registry # pinned\n\n',
      },
      links: { '/etc/resolv.conf': '../run/systemd/resolve/stub-resolv.conf' },
    })
    expect(dns.parse(input)).toEqual({
      servers: ['10.0.0.2', '10.0.0.3'],
      search: ['a.example', 'b.example'],
      options: ['ndots:2', 'timeout:1'],
      resolvConfTarget: '../run/systemd/resolve/stub-resolv.conf',
      hostsEntries: [{ address: '10.0.0.9', names: ['registry.local', 'registry'] }],
    })
  })
})

describe('networkConfig', () => {
  const scripts = '/etc/sysconfig/network-scripts'
  const nm = '/etc/NetworkManager/system-connections/bond0.nmconnection'

  it('keeps listed keys only', () => {
    const input = collectorInput({
      files: {
        [`${scripts}/ifcfg-lo`]: 'DEVICE=lo\n',
        [`${scripts}/ifcfg-bond0`]:
          'DEVICE=bond0\nTYPE=Bond\nBONDING_OPTS="mode=4 miimon=100"\nIPADDR0=10.0.0.5\nWPA_PSK=secret\nlower=x\n',
        [`${scripts}/ifcfg-old.bak`]: 'DEVICE=old\n',
        [nm]: '[connection]\nid=bond0\ntype=bond\ninterface-name=bond0\n\n[bond]\nmode=802.3ad\n\n[ipv4]\nmethod=manual\naddress1=10.0.0.5/24,10.0.0.1\n\n[wifi-security]\npsk=secret\n',
        '/etc/udev/rules.d/70-persistent-net.rules':
          'SUBSYSTEM=="net", ATTR{address}=="3c:fd:fe:00:00:01", NAME="eth0"\n',
        '/etc/udev/rules.d/60-disk.rules': 'SUBSYSTEM=="block", NAME="x"\n',
      },
      paths: {
        [`${scripts}/route-bond0`]: 'file',
        '/etc/systemd/network/10-x.link': 'file',
        '/etc/systemd/system/multi-user.target.wants/NetworkManager.service': 'link',
      },
    })
    const value = networkConfig.parse(input)
    expect(value).toEqual({
      networkManager: true,
      networkScripts: false,
      networkd: false,
      ifcfg: [
        {
          file: `${scripts}/ifcfg-bond0`,
          device: 'bond0',
          settings: { DEVICE: 'bond0', TYPE: 'Bond', BONDING_OPTS: 'mode=4 miimon=100', IPADDR0: '10.0.0.5' },
        },
      ],
      keyfiles: [
        {
          file: nm,
          id: 'bond0',
          type: 'bond',
          interface: 'bond0',
          settings: {
            'connection.id': 'bond0',
            'connection.type': 'bond',
            'connection.interface-name': 'bond0',
            'bond.mode': '802.3ad',
            'ipv4.method': 'manual',
            'ipv4.address1': '10.0.0.5/24,10.0.0.1',
          },
        },
      ],
      scripts: [],
      routeFiles: [`${scripts}/route-bond0`],
      linkFiles: ['/etc/systemd/network/10-x.link'],
      udevNetRules: ['/etc/udev/rules.d/70-persistent-net.rules'],
    })
    expect(JSON.stringify(value)).not.toContain('secret')
  })

  it('names scripts that no package owns, and all of them where rpm does not answer', () => {
    const own = '/etc/NetworkManager/dispatcher.d/99-custom'
    const shipped = '/etc/NetworkManager/dispatcher.d/50-vendor'
    const listed = `script ${own}\nscript ${shipped}\n`
    const asked = `${listed}file ${own} is not owned by any package\nvendor-tools-1-1.noarch\n`
    expect(networkConfig.parse(collectorInput({ stdout: asked }))).toMatchObject({ scripts: [own] })
    expect(networkConfig.parse(collectorInput({ stdout: listed }))).toMatchObject({ scripts: [own, shipped] })
  })

  it('says that keyfiles need root', () => {
    expect(networkConfig.parse(collectorInput({ files: { [nm]: { status: 'denied' } } }))).toMatchObject({
      value: { keyfiles: [] },
      degraded: `not allowed to read ${nm}`,
    })
  })
})

describe('proxy', () => {
  it('reads logins, dnf and units, without credentials', () => {
    const drop = '/etc/systemd/system/docker.service.d/proxy.conf'
    const input = collectorInput({
      files: {
        '/etc/profile.d/proxy.sh':
          '#export http_proxy=http://off:1\nexport https_proxy="http://u:p@proxy:3128" NO_PROXY=.local,10.0.0.0/8\n',
        '/etc/dnf/dnf.conf': '[main]\nproxy=http://proxy:3128\nproxy_password=x\n',
        [drop]: '[Service]\nEnvironment="HTTP_PROXY=http://proxy:3128" "OTHER=1"\n',
      },
    })
    expect(proxy.parse(input)).toEqual({
      settings: [
        { file: '/etc/profile.d/proxy.sh', key: 'https_proxy', value: 'http://proxy:3128' },
        { file: '/etc/profile.d/proxy.sh', key: 'NO_PROXY', value: '.local,10.0.0.0/8' },
        { file: '/etc/dnf/dnf.conf', key: 'proxy', value: 'http://proxy:3128' },
        { file: drop, key: 'HTTP_PROXY', value: 'http://proxy:3128' },
      ],
    })
  })
})
