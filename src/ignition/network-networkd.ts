import type { File } from './config.ts'
import type { FamilyPlan, InterfacePlan } from './network-plan.ts'
import { textFile } from './text-file.ts'

const directory = '/etc/systemd/network'

/** systemd-networkd's files: a device for each bond, VLAN and bridge, a network for each interface. systemd.network(5) */
export function networkdFiles(interfaces: readonly InterfacePlan[]): File[] {
  return interfaces.flatMap((plan) => [
    ...(plan.kind === 'physical' ? [] : [textFile(`${directory}/10-${plan.name}.netdev`, netdev(plan))]),
    textFile(`${directory}/20-${plan.name}.network`, network(plan, interfaces)),
  ])
}

function netdev({ name, kind, bondMode, vlan, mtu }: InterfacePlan): string {
  return sections([
    ['[NetDev]', `Name=${name}`, `Kind=${kind}`, ...(mtu === null ? [] : [`MTUBytes=${mtu}`])],
    ...(bondMode === null ? [] : [['[Bond]', `Mode=${bondMode}`, 'MIIMonitorSec=100ms']]),
    ...(vlan === null ? [] : [['[VLAN]', `Id=${vlan.id}`]]),
  ])
}

function network(plan: InterfacePlan, interfaces: readonly InterfacePlan[]): string {
  const { name, mac, mtu, master, ipv4, ipv6, dns } = plan
  const vlans = interfaces.filter(({ vlan }) => vlan?.parent === name)
  const families = [ipv4, ipv6]
  const dhcp = families.map(({ method }) => method === 'auto')
  const servers = dns?.servers ?? []
  return sections([
    // A bond and a VLAN show the MAC of what they lie on; only the device itself has it for good.
    ['[Match]', mac === null ? `Name=${name}` : `PermanentMACAddress=${mac}`],
    ...(mtu === null ? [] : [['[Link]', `MTUBytes=${mtu}`]]),
    [
      '[Network]',
      ...(master === null ? [] : [`${master.kind === 'bond' ? 'Bond' : 'Bridge'}=${master.name}`]),
      ...vlans.map((vlan) => `VLAN=${vlan.name}`),
      `DHCP=${dhcp[0] === true ? (dhcp[1] === true ? 'yes' : 'ipv4') : dhcp[1] === true ? 'ipv6' : 'no'}`,
      `LinkLocalAddressing=${master !== null || ipv6.method === 'disabled' ? 'no' : 'ipv6'}`,
      `IPv6AcceptRA=${ipv6.method === 'auto' ? 'yes' : 'no'}`,
      ...families.flatMap(({ addresses }) => addresses.map((address) => `Address=${address}`)),
      ...families.flatMap(({ gateway }) => (gateway === null ? [] : [`Gateway=${gateway}`])),
      ...servers.map((server) => `DNS=${server}`),
      ...((dns?.search.length ?? 0) === 0 ? [] : [`Domains=${dns?.search.join(' ')}`]),
    ],
    ...families.flatMap(routeSections),
  ])
}

function routeSections({ routes }: FamilyPlan): string[][] {
  return routes.map(({ destination, gateway, metric }) => [
    '[Route]',
    `Destination=${destination}`,
    ...(gateway === null ? [] : [`Gateway=${gateway}`]),
    ...(metric === null ? [] : [`Metric=${metric}`]),
  ])
}

function sections(parts: readonly (readonly string[])[]): string {
  return parts.map((lines) => `${lines.join('\n')}\n`).join('\n')
}
