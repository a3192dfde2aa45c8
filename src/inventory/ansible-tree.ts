import type { Place } from './imported.ts'

/** A variable of Ansible: its value, and where it was set. */
export interface AnsibleVariable {
  value: unknown
  place: Place
}
export type AnsibleVars = Map<string, AnsibleVariable>

export interface AnsibleGroup {
  name: string
  hosts: Set<string>
  children: Set<string>
  vars: AnsibleVars
  /** From group_vars files: stronger than all vars of inventory files. */
  fileVars: AnsibleVars
}

export interface AnsibleHost {
  name: string
  place: Place
  vars: AnsibleVars
  fileVars: AnsibleVars
}

/** What inventory files say, before it is worked out for each host. */
export interface AnsibleTree {
  hosts: Map<string, AnsibleHost>
  groups: Map<string, AnsibleGroup>
}

export function createTree(): AnsibleTree {
  const tree: AnsibleTree = { hosts: new Map(), groups: new Map() }
  addGroup(tree, 'all')
  return tree
}

/** The group of this name, made when it is new. */
export function addGroup(tree: AnsibleTree, name: string): AnsibleGroup {
  const known = tree.groups.get(name)
  if (known) return known
  const group = {
    name,
    hosts: new Set<string>(),
    children: new Set<string>(),
    vars: new Map(),
    fileVars: new Map(),
  }
  tree.groups.set(name, group)
  return group
}

/** The host of this name, made when it is new, put into a group. */
export function addHost(
  tree: AnsibleTree,
  name: string,
  { group, place, port }: { group: string; place: Place; port?: number | undefined },
): AnsibleHost {
  addGroup(tree, group).hosts.add(name)
  const known = tree.hosts.get(name)
  if (known) return known
  const host: AnsibleHost = { name, place, vars: new Map(), fileVars: new Map() }
  if (port !== undefined) host.vars.set('ansible_port', { value: port, place })
  tree.hosts.set(name, host)
  return host
}

/** Names of the groups of each host that are not `all` or `ungrouped`, and all its ancestors by depth. */
export interface AnsibleMembership {
  direct: ReadonlyMap<string, readonly string[]>
  /** Weakest first: by depth below `all`, then ansible_group_priority, then name. */
  ordered: ReadonlyMap<string, readonly AnsibleGroup[]>
}

/** Works out who is in what. Throws Error when groups contain each other. */
export function membershipOf(tree: AnsibleTree): AnsibleMembership {
  const parents = new Map<string, string[]>()
  for (const group of tree.groups.values())
    for (const child of group.children) parents.set(child, [...(parents.get(child) ?? []), group.name])
  const depths = new Map<string, number>([['all', 0]])
  for (const name of tree.groups.keys()) depthOf(name, parents, { depths, path: [] })
  const direct = new Map<string, string[]>()
  for (const group of tree.groups.values())
    for (const host of group.hosts) direct.set(host, [...(direct.get(host) ?? []), group.name])
  const ordered = new Map<string, AnsibleGroup[]>()
  const byGroups = new Map<string, AnsibleGroup[]>()
  for (const [host, names] of direct) {
    const key = names.join(' ')
    const groups = byGroups.get(key) ?? ancestors(names, { tree, parents, depths })
    byGroups.set(key, groups)
    ordered.set(host, groups)
  }
  const told = [...direct].map(([host, names]): [string, string[]] => [
    host,
    names.filter((name) => name !== 'all' && name !== 'ungrouped'),
  ])
  return { direct: new Map(told), ordered }
}

function depthOf(
  name: string,
  parents: ReadonlyMap<string, string[]>,
  walk: { depths: Map<string, number>; path: string[] },
): number {
  const known = walk.depths.get(name)
  if (known !== undefined) return known
  if (walk.path.includes(name))
    throw new Error(`groups contain each other: ${[...walk.path, name].join(' < ')}`)
  const above = (parents.get(name) ?? ['all']).map((parent) =>
    depthOf(parent, parents, { depths: walk.depths, path: [...walk.path, name] }),
  )
  const depth = Math.max(0, ...above) + 1
  walk.depths.set(name, depth)
  return depth
}

function ancestors(
  names: readonly string[],
  context: {
    tree: AnsibleTree
    parents: ReadonlyMap<string, string[]>
    depths: ReadonlyMap<string, number>
  },
): AnsibleGroup[] {
  const found = new Set<string>(['all'])
  const waiting = [...names]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue
    found.add(name)
    waiting.push(...(context.parents.get(name) ?? []))
  }
  const groups = [...found].flatMap((name) => context.tree.groups.get(name) ?? [])
  const priority = ({ vars }: AnsibleGroup): number => Number(vars.get('ansible_group_priority')?.value ?? 1)
  const depth = ({ name }: AnsibleGroup): number => context.depths.get(name) ?? 0
  return groups.sort((a, b) => depth(a) - depth(b) || priority(a) - priority(b) || (a.name < b.name ? -1 : 1))
}

/** A host's variables after all levels: inventory groups, group_vars of all, of groups, host, host_vars. */
export function effectiveVars(host: AnsibleHost, groups: readonly AnsibleGroup[]): AnsibleVars {
  const all = groups.filter(({ name }) => name === 'all')
  const others = groups.filter(({ name }) => name !== 'all')
  const layers = [
    ...groups.map(({ vars }) => vars),
    ...all.map(({ fileVars }) => fileVars),
    ...others.map(({ fileVars }) => fileVars),
    host.vars,
    host.fileVars,
  ]
  return new Map(layers.flatMap((layer) => [...layer]))
}
