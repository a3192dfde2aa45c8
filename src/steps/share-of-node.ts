import type { ClusterRecord } from '../model/cluster.ts'
import type { ComparedCluster, Difference } from './compare-cluster.ts'
import { fewerByNode, lostByNode } from './placed-pods.ts'

/** Whose pods are missed, and which other nodes of the run are away. */
export interface NodeShareOptions {
  node: string
  away: ReadonlySet<string>
}

/** Something that is not whole before these nodes are back. */
export interface WaitingDifference {
  difference: Difference
  nodes: readonly string[]
}

export interface NodeShare {
  /** For which this node answers, or nobody can tell who does. */
  open: readonly Difference[]
  /** What only other nodes of the run have lost, that are away. */
  waiting: readonly WaitingDifference[]
}

/** What a workload or a Service is short of, and which nodes have lost it; undefined = nobody can tell. */
interface Shortage {
  missing: number
  lost: ReadonlyMap<string, number>
}

/**
 * Divides what is missing: a node answers for what it has lost, and for what no node that is away has lost. Pods of a Deployment
 * are as good as each other: where this node and one that is away have both lost some, and not all have come back, it answers.
 */
export function shareOfNode(
  differences: readonly Difference[],
  clusters: { was: ComparedCluster; is: ComparedCluster },
  { node, away }: NodeShareOptions,
): NodeShare {
  const shortageOf = shortages(clusters)
  const open: Difference[] = []
  const waiting: WaitingDifference[] = []
  for (const difference of differences) {
    const shortage = shortageOf(difference)
    const nodes = [...away].filter((name) => name !== node && (shortage?.lost.get(name) ?? 0) > 0)
    const elsewhere = nodes.reduce((sum, name) => sum + (shortage?.lost.get(name) ?? 0), 0)
    const isOfOthers =
      shortage !== undefined && (shortage.lost.get(node) ?? 0) === 0 && shortage.missing <= elsewhere
    if (isOfOthers) waiting.push({ difference, nodes })
    else open.push(difference)
  }
  return { open, waiting }
}

export interface SinceFirstOptions extends NodeShareOptions {
  /** How it was when this node began. */
  was: ComparedCluster
  /** All nodes of the run. */
  nodes: readonly string[]
}

/**
 * What is missing against the first snapshot of the run, which the one of this node may not tell: it was taken while other nodes
 * were away. This node answers for what it has lost since then or since it began; when no other node is away, what any node of the
 * run has lost has to be back.
 */
export function openSinceFirst(
  differences: readonly Difference[],
  { first, is }: { first: ComparedCluster; is: ComparedCluster },
  { node, away, was, nodes }: SinceFirstOptions,
): Difference[] {
  const sinceFirst = shortages({ was: first, is })
  const sinceBegin = shortages({ was, is })
  const isLast = [...away].every((name) => name === node)
  return differences.filter((difference) => {
    const lost = sinceFirst(difference)?.lost
    // Whoever cannot be told apart was compared with the snapshot of this node.
    if (lost === undefined) return false
    const own = Math.max(lost.get(node) ?? 0, sinceBegin(difference)?.lost.get(node) ?? 0)
    return own > 0 || (isLast && nodes.some((name) => (lost.get(name) ?? 0) > 0))
  })
}

/** Reads the shortage behind a difference of numbers. */
function shortages(clusters: {
  was: ComparedCluster
  is: ComparedCluster
}): (difference: Difference) => Shortage | undefined {
  const { was, is } = clusters
  const workloads = pairsBy(
    was.workloads,
    is.workloads,
    ({ kind, namespace, name }) => `${kind} ${namespace}/${name}`,
  )
  const services = pairsBy(was.services, is.services, ({ namespace, name }) => `Service ${namespace}/${name}`)
  return ({ kind, object }) => {
    if (kind === 'fewer-ready') {
      const pair = workloads(object)
      if (pair === undefined || !was.placed || !is.placed) return undefined
      const ready = pair.is.ready ?? 0
      const missing = Math.min(pair.was.ready ?? 0, pair.is.replicas ?? 0) - ready
      return { missing, lost: lostByNode(object, was.placed, is.placed) }
    }
    if (kind !== 'fewer-endpoints' && kind !== 'no-endpoints') return undefined
    const pair = services(object)
    return pair === undefined ? undefined : endpointShortage(pair)
  }
}

function endpointShortage({ was, is }: Pair<ClusterRecord<'services'>>): Shortage | undefined {
  if (was.endpoints === null || is.endpoints === null) return undefined
  const byNode = (counts: Readonly<Record<string, number>>): ReadonlyMap<string, number> =>
    new Map(Object.entries(counts))
  return {
    missing: was.endpoints.ready - is.endpoints.ready,
    lost: fewerByNode(byNode(was.endpoints.readyByNode), byNode(is.endpoints.readyByNode)),
  }
}

interface Pair<T> {
  was: T
  is: T
}

function pairsBy<T>(
  was: readonly T[] | null,
  is: readonly T[] | null,
  nameOf: (item: T) => string,
): (name: string) => Pair<T> | undefined {
  const before = new Map(was?.map((item) => [nameOf(item), item]))
  const now = new Map(is?.map((item) => [nameOf(item), item]))
  return (name) => {
    const [first, last] = [before.get(name), now.get(name)]
    return first === undefined || last === undefined ? undefined : { was: first, is: last }
  }
}
