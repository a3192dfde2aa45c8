import { hostEvidence } from './cluster.ts'
import type { HostMatch, HostMatchFinding, HostMatching } from './cluster.ts'

/** What a node says of the machine that it runs on. */
export interface NodeIdentity {
  name: string
  machineId: string | null
  addresses: readonly string[]
}

/** What inventory and facts say of a host. */
export interface HostIdentity {
  name: string
  /** Null when no facts tell it. */
  machineId: string | null
  addresses: readonly string[]
  /** Its name in the inventory, and those that it gives itself. */
  names: readonly string[]
}

type Evidence = (typeof hostEvidence)[number]

/**
 * Says which node each host is. All evidence must point at one node: a machine id, an address or a name that points
 * elsewhere makes a finding and no match, since the wrong node would be moved. Cloned machine ids are told apart by
 * address and name.
 */
export function matchHosts(hosts: readonly HostIdentity[], nodes: readonly NodeIdentity[]): HostMatching {
  const index = indexOf(nodes)
  const choices = hosts.map((host) => choose(host, index))
  const claims = Map.groupBy(
    choices.filter(({ node }) => node !== null),
    ({ node }) => node?.name ?? '',
  )
  const matches: HostMatch[] = []
  const findings: HostMatchFinding[] = []
  const spokenFor = new Set<string>()
  for (const { host, node, by, candidates } of choices) {
    for (const { name } of candidates) spokenFor.add(name)
    if (candidates.length === 0) findings.push(hostAlone(host))
    else if (node === null) findings.push(severalNodes(host, candidates))
    else if (isOther(host, node)) findings.push(otherMachine(host, node))
    else if (claims.get(node.name)?.length === 1) matches.push({ host: host.name, node: node.name, by })
  }
  for (const [node, claimed] of claims) if (claimed.length > 1) findings.push(severalHosts(node, claimed))
  for (const { name } of nodes) if (!spokenFor.has(name)) findings.push(nodeAlone(name))
  return { matches, findings }
}

interface NodeIndex {
  machineId: ReadonlyMap<string, readonly NodeIdentity[]>
  address: ReadonlyMap<string, readonly NodeIdentity[]>
  name: ReadonlyMap<string, readonly NodeIdentity[]>
  shortName: ReadonlyMap<string, readonly NodeIdentity[]>
}

function indexOf(nodes: readonly NodeIdentity[]): NodeIndex {
  const by = (keys: (node: NodeIdentity) => readonly string[]): Map<string, NodeIdentity[]> => {
    const found = new Map<string, NodeIdentity[]>()
    for (const node of nodes)
      for (const key of new Set(keys(node).map(normal))) found.set(key, [...(found.get(key) ?? []), node])
    return found
  }
  return {
    machineId: by(({ machineId }) => (machineId === null ? [] : [machineId])),
    address: by(({ addresses }) => addresses),
    name: by(({ name }) => [name]),
    shortName: by(({ name }) => [shortOf(name)]),
  }
}

interface Choice {
  host: HostIdentity
  /** The only node that all evidence allows. */
  node: NodeIdentity | null
  by: Evidence[]
  candidates: readonly NodeIdentity[]
}

function choose(host: HostIdentity, index: NodeIndex): Choice {
  const found: Readonly<Record<Evidence, ReadonlySet<NodeIdentity>>> = {
    'machine-id': nodesOf(host.machineId === null ? [] : [host.machineId], index.machineId),
    address: nodesOf(host.addresses, index.address),
    name: nodesByName(host.names, index),
  }
  const told = hostEvidence.filter((evidence) => found[evidence].size > 0)
  const candidates = [...new Set(told.flatMap((evidence) => [...found[evidence]]))]
  const agreed = candidates.filter((node) => told.every((evidence) => found[evidence].has(node)))
  const node = agreed.length === 1 ? (agreed[0] ?? null) : null
  return { host, node, by: told, candidates: node === null ? candidates : [node] }
}

function nodesOf(
  keys: readonly string[],
  index: ReadonlyMap<string, readonly NodeIdentity[]>,
): ReadonlySet<NodeIdentity> {
  return new Set(keys.flatMap((key) => index.get(normal(key)) ?? []))
}

/** Whole names first; else `node1` is `node1.example.com`, but `node1.a` is not `node1.b`. */
function nodesByName(names: readonly string[], index: NodeIndex): ReadonlySet<NodeIdentity> {
  const whole = nodesOf(names, index.name)
  if (whole.size > 0) return whole
  const isShort = (name: string): boolean => !name.includes('.')
  return new Set(
    names
      .filter((name) => !isAddress(name))
      .flatMap((name) =>
        (index.shortName.get(shortOf(normal(name))) ?? []).filter(
          (node) => isShort(name) !== isShort(node.name),
        ),
      ),
  )
}

function shortOf(name: string): string {
  return name.split('.', 1)[0] ?? name
}

/** `10.1.2.3` has no short name. */
function isAddress(name: string): boolean {
  return /^[\d.]+$/.test(name) || name.includes(':')
}

function normal(key: string): string {
  return key.toLowerCase().replace(/\.$/, '')
}

function isOther(host: HostIdentity, node: NodeIdentity): boolean {
  return (
    host.machineId !== null && node.machineId !== null && normal(host.machineId) !== normal(node.machineId)
  )
}

function hostAlone({ name }: HostIdentity): HostMatchFinding {
  return {
    key: 'host-without-node',
    hosts: [name],
    nodes: [],
    here: {
      en: `host ${name}: no node of the cluster has its machine id, an address of it, or its name`,
      zh: `主机 ${name}：集群中没有节点与其 machine-id、地址或名称相符`,
    },
  }
}

function nodeAlone(name: string): HostMatchFinding {
  return {
    key: 'node-without-host',
    hosts: [],
    nodes: [name],
    here: {
      en: `node ${name}: no host of the inventory belongs to it`,
      zh: `节点 ${name}：主机清单中没有对应的主机`,
    },
  }
}

function severalNodes({ name }: HostIdentity, candidates: readonly NodeIdentity[]): HostMatchFinding {
  const nodes = candidates.map((node) => node.name)
  return {
    key: 'matches-several',
    hosts: [name],
    nodes,
    here: {
      en: `host ${name}: machine id, addresses and name do not agree on one node (${nodes.join(', ')})`,
      zh: `主机 ${name}：machine-id、地址和名称指向的节点不唯一（${nodes.join('、')}）`,
    },
  }
}

function severalHosts(node: string, claimed: readonly Choice[]): HostMatchFinding {
  const hosts = claimed.map(({ host }) => host.name)
  return {
    key: 'matches-several',
    hosts,
    nodes: [node],
    here: {
      en: `node ${node}: several hosts could be it (${hosts.join(', ')})`,
      zh: `节点 ${node}：有多台主机与其相符（${hosts.join('、')}）`,
    },
  }
}

function otherMachine({ name }: HostIdentity, node: NodeIdentity): HostMatchFinding {
  return {
    key: 'machine-id-differs',
    hosts: [name],
    nodes: [node.name],
    here: {
      en: `host ${name}: node ${node.name} has its address or name, but another machine id; was one of them installed again? Collect the host again, or restart its kubelet`,
      zh: `主机 ${name}：节点 ${node.name} 与其地址或名称相符，但 machine-id 不同；是否有一方重装过？请重新采集该主机，或重启其 kubelet`,
    },
  }
}
