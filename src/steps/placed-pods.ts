import type { ClusterRecord } from '../model/cluster.ts'

/** A ready pod of a workload, and where it runs. */
export interface PlacedPod {
  /** `Deployment shop/web`. */
  workload: string
  node: string
  name: string
}

/** Ready pods by workload. */
export type PlacedPods = ReadonlyMap<string, readonly PlacedPod[]>

/** Kinds whose pods are missed by their number; DaemonSets are counted by themselves, Jobs end. */
const countedKinds = new Set(['Deployment', 'StatefulSet', 'ReplicaSet'])

/** Undefined for a pod that no workload counts: not ready, on its way away, without a controller. */
export function placedPod({
  namespace,
  name,
  owner,
  node,
  ready,
  deletedAt,
}: Pick<ClusterRecord<'pods'>, 'namespace' | 'name' | 'owner' | 'node' | 'ready' | 'deletedAt'>):
  | PlacedPod
  | undefined {
  if (owner === null || node === null || !ready || deletedAt !== null) return undefined
  if (!countedKinds.has(owner.kind) || owner.group !== 'apps') return undefined
  return { workload: `${owner.kind} ${namespace}/${owner.name}`, node, name }
}

/** Puts pods together by their workload. */
export function placedPods(pods: readonly PlacedPod[]): PlacedPods {
  return Map.groupBy(pods, ({ workload }) => workload)
}

/**
 * How many ready pods of a workload each node has lost. Pods of a StatefulSet have names that stay: one that is ready elsewhere
 * is lost nowhere. All others are as good as each other: only how many were where can be told.
 */
export function lostByNode(workload: string, was: PlacedPods, is: PlacedPods): ReadonlyMap<string, number> {
  const before = was.get(workload) ?? []
  const now = is.get(workload) ?? []
  if (!workload.startsWith('StatefulSet ')) return fewerByNode(countByNode(before), countByNode(now))
  const there = new Set(now.map(({ name }) => name))
  return countByNode(before.filter(({ name }) => !there.has(name)))
}

/** By how much each node has fewer. */
export function fewerByNode(
  was: ReadonlyMap<string, number>,
  is: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  return new Map(
    [...was].flatMap(([node, count]) => {
      const fewer = count - (is.get(node) ?? 0)
      return fewer > 0 ? [[node, fewer] as const] : []
    }),
  )
}

function countByNode(pods: readonly PlacedPod[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { node } of pods) counts.set(node, (counts.get(node) ?? 0) + 1)
  return counts
}
