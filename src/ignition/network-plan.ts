import type { FactValue } from '../model/facts.ts'
import { hostInterfaces } from '../model/host-interfaces.ts'
import { needFact, oneOf, refuseUnfit, type IgnitionRequest, type OpenMatter } from './request.ts'

type Nic = FactValue<'nics'>['interfaces'][number]
type Address = FactValue<'addresses'>['addresses'][number]
type Route = FactValue<'routes'>['routes'][number]

/** How an interface gets its addresses of one family. */
export interface FamilyPlan {
  method: 'manual' | 'auto' | 'link-local' | 'disabled'
  /** `10.0.0.11/24` */
  addresses: readonly string[]
  gateway: string | null
  routes: readonly { destination: string; gateway: string | null; metric: number | null }[]
}

/** An interface of the new system, whatever program configures it. */
export interface InterfacePlan {
  name: string
  kind: 'physical' | 'bond' | 'vlan' | 'bridge'
  /** Of physical ones: the address they were made with. */
  mac: string | null
  /** Null: the usual one, 1500. */
  mtu: number | null
  /** The bond or bridge that it is a part of. */
  master: { name: string; kind: 'bond' | 'bridge' } | null
  bondMode: string | null
  vlan: { id: number; parent: string } | null
  ipv4: FamilyPlan
  ipv6: FamilyPlan
  /** Name servers, on the interface of the default route. */
  dns: { servers: readonly string[]; search: readonly string[] } | null
}

const macForm = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i
const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/
const ipForm = /^[0-9a-f:.]{2,45}$/i
const domainForm = /^[A-Za-z0-9._-]{1,253}$/
const modeForm = /^(balance-rr|active-backup|balance-xor|broadcast|802\.3ad|balance-tlb|balance-alb)$/

/** What the network of a host is, as the new system is to have it. */
export function networkPlan(request: IgnitionRequest): { interfaces: InterfacePlan[]; open: OpenMatter[] } {
  const nics = hostInterfaces(needFact(request, 'nics'))
  const { addresses } = needFact(request, 'addresses')
  const { routes } = needFact(request, 'routes')
  const dns = needFact(request, 'dns')
  const open: OpenMatter[] = []
  const interfaces = nics.map((nic) => {
    const own = addresses.filter((address) => address.interface === nic.name)
    const { fixed, floating } = apart(request, own)
    for (const { address } of floating) open.push(floatingAddress(nic.name, address))
    const ownRoutes = routes.filter((route) => route.interface === nic.name)
    return interfacePlan(request, { nic, nics, addresses: fixed, routes: ownRoutes })
  })
  const first =
    interfaces.find(({ ipv4 }) => ipv4.gateway !== null) ??
    interfaces.find(({ ipv6 }) => ipv6.gateway !== null)
  const servers = dns.servers.filter((server) => !/^(127\.|::1$)/.test(server))
  if (servers.length < dns.servers.length) open.push(localResolver)
  if (first !== undefined)
    first.dns = {
      servers: servers.map((server) => oneOf(ipForm, server, 'a name server')),
      search: dns.search.map((domain) => oneOf(domainForm, domain, 'a search domain')),
    }
  return { interfaces, open }
}

const localResolver: OpenMatter = {
  id: 'dns:local-resolver',
  why: {
    en: 'names are asked of a resolver on the host itself, which the new system has not',
    zh: '域名解析使用本机上的解析服务，新系统上没有它',
  },
}

function floatingAddress(name: string, address: string): OpenMatter {
  return {
    id: `address:${address}`,
    why: {
      en: `${address} on ${name} is in no configuration file: a program has put it there (keepalived, a load balancer)`,
      zh: `${name} 上的 ${address} 不在任何配置文件中：由程序添加（如 keepalived、负载均衡）`,
    },
  }
}

/** A single address beside others that no file names floats between machines: it must not be written down. */
function apart(request: IgnitionRequest, own: readonly Address[]): { fixed: Address[]; floating: Address[] } {
  const { ifcfg, keyfiles } = needFact(request, 'networkConfig')
  const written = [...ifcfg, ...keyfiles].flatMap(({ settings }) => Object.values(settings)).join('\n')
  const words = new Set(written.split(/[^0-9a-fA-F:.]+/))
  const isFloating = ({ address, prefix, family, dynamic }: Address): boolean =>
    !dynamic && prefix === (family === 4 ? 32 : 128) && own.length > 1 && !words.has(address)
  return { fixed: own.filter((address) => !isFloating(address)), floating: own.filter(isFloating) }
}

interface Seen {
  nic: Nic
  nics: readonly Nic[]
  addresses: readonly Address[]
  routes: readonly Route[]
}

function interfacePlan(request: IgnitionRequest, { nic, nics, addresses, routes }: Seen): InterfacePlan {
  const { name, kind } = nic
  if (kind === 'team' || kind === 'virtual' || kind === 'loopback')
    return refuseUnfit(request, `${name} is a ${kind} interface: make it a bond before the move`)
  const master = nics.find((other) => other.name === nic.master)
  const mode = nic.bond?.mode?.split(' ')[0] ?? null
  const mac = kind === 'physical' ? (nic.permanentMac ?? nic.mac) : null
  if (kind === 'physical' && mac === null)
    return refuseUnfit(request, `${name} has no MAC address to be known by`)
  return {
    name: oneOf(nameForm, name, 'the name of an interface'),
    kind,
    mac: mac === null ? null : oneOf(macForm, mac, `the MAC address of ${name}`).toLowerCase(),
    mtu: nic.mtu === null || nic.mtu === 1500 ? null : nic.mtu,
    master:
      master?.kind === 'bond' || master?.kind === 'bridge' ? { name: master.name, kind: master.kind } : null,
    bondMode: kind === 'bond' ? oneOf(modeForm, mode ?? '', `the mode of ${name}`) : null,
    vlan:
      nic.vlan === null
        ? null
        : { id: nic.vlan.id, parent: oneOf(nameForm, nic.vlan.parent, `the parent of ${name}`) },
    ipv4: familyPlan(4, addresses, routes),
    ipv6: familyPlan(6, addresses, routes),
    dns: null,
  }
}

function familyPlan(family: 4 | 6, addresses: readonly Address[], routes: readonly Route[]): FamilyPlan {
  const own = addresses.filter((address) => address.family === family)
  const fixed = own.filter(({ scope, dynamic }) => scope === 'global' && !dynamic)
  const isDynamic = own.some(({ dynamic, scope }) => dynamic && scope === 'global')
  // What a lease or an advertisement brings comes again; the kernel makes its own; routing daemons tell theirs.
  const written = routes.filter(
    (route) => route.family === family && [null, 'static', 'boot'].includes(route.protocol),
  )
  const isDefault = ({ destination }: Route): boolean => /^(default|0\.0\.0\.0\/0|::\/0)$/.test(destination)
  const gateway = written.find((route) => isDefault(route) && route.gateway !== null)?.gateway ?? null
  return {
    method:
      fixed.length > 0
        ? 'manual'
        : isDynamic
          ? 'auto'
          : own.some(({ scope }) => scope === 'link')
            ? 'link-local'
            : 'disabled',
    addresses: fixed.map(({ address, prefix }) => `${oneOf(ipForm, address, 'an address')}/${prefix}`),
    gateway: gateway === null ? null : oneOf(ipForm, gateway, 'a gateway'),
    routes: written
      .filter((route) => !isDefault(route))
      .map(({ destination, gateway, metric }) => ({
        destination: oneOf(/^[0-9a-f:.]{2,45}(\/\d{1,3})?$/i, destination, 'a route'),
        gateway: gateway === null ? null : oneOf(ipForm, gateway, 'the gateway of a route'),
        metric,
      })),
  }
}
