import type { ComparedCluster } from './compare-cluster.ts'

/** The nodes of a run, and which of them the journal says are away: begun and not ended, or failed. */
export interface RunNodes {
  all: readonly string[]
  away: () => readonly string[]
}

/**
 * Nodes of a run that take no pods: by the journal, or because they are gone, not ready, or cordoned and were not before. Of a list
 * that could not be read nothing is told: nobody is excused by it.
 */
export function awayNodes(
  { was, is }: { was: ComparedCluster; is: ComparedCluster },
  { all, away }: RunNodes,
): ReadonlySet<string> {
  const names = new Set(away())
  if (is.nodes === null) return names
  const before = new Map(was.nodes?.map((node) => [node.name, node]))
  const now = new Map(is.nodes.map((node) => [node.name, node]))
  for (const name of all) {
    const node = now.get(name)
    const wasCordoned = before.get(name)?.unschedulable ?? false
    const takesPods = node?.ready === 'ready' && (!node.unschedulable || wasCordoned)
    if (!takesPods) names.add(name)
  }
  return names
}
