import type { File } from './config.ts'
import type { FamilyPlan, InterfacePlan } from './network-plan.ts'
import { privateFile } from './text-file.ts'

const directory = '/etc/NetworkManager/system-connections'

/** NetworkManager's profiles: one a connection, known by MAC, readable by root alone. nm-settings-keyfile(5) */
export function networkKeyfiles(interfaces: readonly InterfacePlan[]): File[] {
  return interfaces.map((plan) =>
    privateFile(`${directory}/${plan.name}.nmconnection`, keyfile(plan, interfaces)),
  )
}

function keyfile(plan: InterfacePlan, interfaces: readonly InterfacePlan[]): string {
  const { name, kind, mac, mtu, master, bondMode, vlan, ipv4, ipv6 } = plan
  const parent = interfaces.find((other) => other.name === vlan?.parent)
  // A parent that is known by its MAC is named by it: its name may be another one on the new system.
  const parentMac = vlan === null ? null : (parent?.mac ?? null)
  const ethernetMac = mac ?? parentMac
  const parts: string[][] = [
    [
      '[connection]',
      `id=${name}`,
      `type=${kind === 'physical' ? 'ethernet' : kind}`,
      ...(kind === 'physical' ? [] : [`interface-name=${name}`]),
      ...(master === null ? [] : [`master=${master.name}`, `slave-type=${master.kind}`]),
    ],
    ...(ethernetMac === null && mtu === null
      ? []
      : [
          [
            '[ethernet]',
            ...(ethernetMac === null ? [] : [`mac-address=${ethernetMac}`]),
            ...(mtu === null ? [] : [`mtu=${mtu}`]),
          ],
        ]),
    ...(bondMode === null ? [] : [['[bond]', `mode=${bondMode}`, 'miimon=100']]),
    ...(vlan === null
      ? []
      : [['[vlan]', `id=${vlan.id}`, 'flags=1', ...(parentMac === null ? [`parent=${vlan.parent}`] : [])]]),
    ...(master === null
      ? [
          ['[ipv4]', ...family(ipv4, plan, 4)],
          ['[ipv6]', ...family(ipv6, plan, 6)],
        ]
      : []),
  ]
  return parts.map((lines) => `${lines.join('\n')}\n`).join('\n')
}

function family(
  { method, addresses, gateway, routes }: FamilyPlan,
  { dns }: InterfacePlan,
  version: 4 | 6,
): string[] {
  const isOf = (address: string): boolean => address.includes(':') === (version === 6)
  const servers = (dns?.servers ?? []).filter(isOf)
  const has = method === 'manual' || method === 'auto'
  return [
    `method=${method}`,
    ...addresses.map((address, index) => `address${index + 1}=${address}`),
    ...(gateway === null ? [] : [`gateway=${gateway}`]),
    ...routes.map(
      (route, index) =>
        `route${index + 1}=${[route.destination, route.gateway ?? '', route.metric ?? ''].join(',').replace(/,+$/, '')}`,
    ),
    ...(has && servers.length > 0 ? [`dns=${servers.map((server) => `${server};`).join('')}`] : []),
    ...(has && (dns?.search.length ?? 0) > 0
      ? [`dns-search=${dns?.search.map((domain) => `${domain};`).join('')}`]
      : []),
    ...(version === 4 && method === 'manual' ? ['may-fail=false'] : []),
  ]
}
