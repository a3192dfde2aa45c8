import type { InventoryGroup } from '../model/inventory.ts'
import { nearest } from '../model/nearest.ts'

/** Group name -> the groups that name it as their child. */
export type ParentGroups = ReadonlyMap<string, readonly string[]>

/** A group that a host is in, and how far up: 0 for the groups that the host itself names. */
export interface HostGroup {
  name: string
  distance: number
}

/** Turns `children` around; a cycle, or a child that is no group, is a problem of the named group. */
export function parentsByGroup(
  groups: Readonly<Record<string, InventoryGroup>>,
  usedByHosts: readonly string[],
): { parents: ParentGroups } | { group: string; problem: string; hint?: string } {
  const known = new Set([...Object.keys(groups), ...usedByHosts])
  const parents = new Map<string, string[]>()
  for (const [parent, { children = [] }] of Object.entries(groups))
    for (const child of children) {
      if (!known.has(child)) return unknownChild(parent, child, known)
      parents.set(child, [...(parents.get(child) ?? []), parent])
    }
  const cycle = findCycle(groups)
  if (cycle) return { group: cycle[0] ?? '', problem: `groups contain each other: ${cycle.join(' > ')}` }
  return { parents }
}

/** All groups of a host, nearest first, by name among equals. */
export function groupsOfHost(direct: readonly string[], parents: ParentGroups): HostGroup[] {
  const distances = new Map<string, number>()
  let level = [...new Set(direct)]
  for (let distance = 0; level.length > 0; distance += 1) {
    for (const name of level) distances.set(name, distance)
    level = [...new Set(level.flatMap((name) => parents.get(name) ?? []))].filter((n) => !distances.has(n))
  }
  const all = [...distances].map(([name, distance]) => ({ name, distance }))
  return all.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
}

function unknownChild(
  parent: string,
  child: string,
  known: ReadonlySet<string>,
): { group: string; problem: string; hint?: string } {
  const meant = nearest(child, known)
  const problem = `group ${parent} names the child ${child}, which is not a group`
  return { group: parent, problem, ...(meant === undefined ? {} : { hint: `did you mean ${meant}?` }) }
}

function findCycle(groups: Readonly<Record<string, InventoryGroup>>): string[] | undefined {
  const done = new Set<string>()
  const path: string[] = []
  const visit = (name: string): string[] | undefined => {
    const at = path.indexOf(name)
    if (at >= 0) return [...path.slice(at), name]
    if (done.has(name)) return undefined
    path.push(name)
    for (const child of groups[name]?.children ?? []) {
      const cycle = visit(child)
      if (cycle) return cycle
    }
    path.pop()
    done.add(name)
    return undefined
  }
  for (const name of Object.keys(groups)) {
    const cycle = visit(name)
    if (cycle) return cycle
  }
  return undefined
}
