import { possibleActions, type DataRule } from '../model/data-rules.ts'
import type { DataAction, DataKind } from '../model/data-decision.ts'
import type { PlanOptions } from '../model/plan-options.ts'
import { whyNotParked } from '../model/park-rules.ts'
import { isBelow } from '../model/space-of-path.ts'
import type { Text } from '../model/text.ts'
import type { HostData } from './move.ts'

/** Data of one kind in one place, on however many hosts: decided about together. */
export interface DataGroup {
  kind: DataKind
  /** Of the rule that decides it: this directory and what is below; null = those items of the kind that have no path. */
  path: string | null
  /** There are several places below `path`, and nothing at it. */
  isParent: boolean
  items: readonly HostData[]
  /** Names, sorted, each once. */
  hosts: readonly string[]
  /** What the options make of it; `mixed` = one thing here and another there, null = nobody has decided. */
  action: DataAction | 'mixed' | null
}

/** So many places beside each other are asked about once. */
const siblingsAtLeast = 3

/** Groups by kind and place: undecided ones first, then the largest. */
export function dataGroups(found: readonly HostData[]): DataGroup[] {
  const groups = [...Map.groupBy(found, ({ data }) => data.kind)].flatMap(([kind, items]) => {
    const parents = sharedParents(items)
    const placed = Map.groupBy(items, ({ data }) => placeOf(data.path, { kind, parents }))
    return [...placed].map(([path, members]) => groupOf(kind, path, { parents, members }))
  })
  return groups.sort(
    (a, b) =>
      Number(a.action !== null) - Number(b.action !== null) ||
      b.hosts.length - a.hosts.length ||
      (keyOf(a) < keyOf(b) ? -1 : 1),
  )
}

/** Why nothing of a group, or not all of it, can be parked; undefined when it can be, and for images. */
export function whyNotParkedHere({
  kind,
  path,
  items,
}: Pick<DataGroup, 'kind' | 'path' | 'items'>): Text | undefined {
  if (kind === 'images' || path === null) return undefined
  for (const { data, target } of items) {
    const why = whyNotParked(data, target)
    if (why !== undefined) return why
  }
  return undefined
}

/** Actions that can be chosen for a group. */
export function actionsOf(group: Pick<DataGroup, 'kind' | 'path' | 'items'>): readonly DataAction[] {
  const { kind, path } = group
  const cannotPark = whyNotParkedHere(group) !== undefined
  const possible = possibleActions[kind].filter((action) => action !== 'park' || !cannotPark)
  if (kind !== 'local-volume') return possible
  // What lies in a directory of the node cannot be attached again; of what has none only its driver knows where it is.
  return path === null ? ['reattach', 'discard'] : possible.filter((action) => action !== 'reattach')
}

/**
 * Takes a decision into the options. Rules of deeper places come first, as the first that matches counts. Who discards
 * discards what was looked at: such a rule names its hosts, and the data where a path would name more.
 */
export function decide(
  options: PlanOptions,
  { kind, path, isParent, items, hosts }: Pick<DataGroup, 'kind' | 'path' | 'isParent' | 'items' | 'hosts'>,
  { action, reason }: { action: DataAction; reason: string },
): PlanOptions {
  const ids = [...new Set(items.map(({ data }) => data.id))].sort()
  const isById = path === null || (isParent && action === 'discard')
  const rule: DataRule = {
    kind,
    ...(path === null ? {} : { path }),
    ...(isById ? { ids } : {}),
    ...(action === 'discard' ? { hosts: [...hosts] } : {}),
    action,
    reason,
  }
  // Who accepts what nobody could tell has not decided about what is shown here.
  const others = options.data.filter(
    (one) => one.kind !== kind || (one.path ?? null) !== path || one.acceptUnknown === true,
  )
  const data = [...others, rule].sort(
    (a, b) =>
      (b.path?.length ?? 0) - (a.path?.length ?? 0) ||
      Number(a.acceptUnknown ?? false) - Number(b.acceptUnknown ?? false) ||
      (textOf(a) < textOf(b) ? -1 : 1),
  )
  return { ...options, data }
}

function textOf({ kind, path }: DataRule): string {
  return `${kind ?? ''} ${path ?? ''}`
}

function keyOf({ kind, path }: DataGroup): string {
  return `${kind} ${path ?? ''}`
}

/** Directories with many places below them, none of them a place itself; never / or a directory in it. */
function sharedParents(items: readonly HostData[]): string[] {
  const paths = new Set(items.flatMap(({ data }) => data.path ?? []))
  const children = Map.groupBy(paths, (path) => path.slice(0, path.lastIndexOf('/')))
  const parents = [...children]
    .filter(([parent, below]) => /^\/[^/]+\/./.test(parent) && below.length >= siblingsAtLeast)
    .map(([parent]) => parent)
    .filter((parent) => !paths.has(parent))
  return parents.filter((parent) => !parents.some((other) => other !== parent && isBelow(parent, other)))
}

/** One emptyDir rule and one of images is enough: nothing can be chosen by their place. */
function placeOf(
  path: string | null,
  { kind, parents }: { kind: DataKind; parents: readonly string[] },
): string | null {
  if (path === null || kind === 'empty-dir' || kind === 'images') return null
  return parents.find((parent) => isBelow(path, parent)) ?? path
}

function groupOf(
  kind: DataKind,
  path: string | null,
  { parents, members }: { parents: readonly string[]; members: HostData[] },
): DataGroup {
  const actions = new Set(members.map(({ data }) => data.action))
  const [first = null] = actions
  return {
    kind,
    path,
    isParent: path !== null && parents.includes(path),
    items: members,
    hosts: [...new Set(members.map(({ host }) => host))].sort(),
    action: actions.has(null) ? null : actions.size > 1 ? 'mixed' : first,
  }
}
