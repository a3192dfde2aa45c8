import type { ComparedCluster, Comparison } from './compare-cluster.ts'

/**
 * A comparison in which DaemonSets count by one node. Their numbers are of the whole cluster, where other nodes of the run may
 * be away; `missing` = those without a ready pod on the node. Who was not whole before is not expected to be now.
 */
export function daemonsOfNode(
  { workloads }: ComparedCluster,
  { differences, unknown }: Comparison,
  missing: readonly string[],
): Comparison {
  const here = (workloads ?? []).flatMap(({ kind, namespace, name, replicas, ready }) => {
    if (kind !== 'DaemonSet' || (ready ?? 0) < (replicas ?? 0)) return []
    if (!missing.includes(`${namespace}/${name}`)) return []
    return [{ kind: 'fewer-ready' as const, object: `DaemonSet ${namespace}/${name}`, was: '1', is: '0' }]
  })
  const isOfAll = ({ kind, object }: Comparison['differences'][number]): boolean =>
    kind === 'fewer-ready' && object.startsWith('DaemonSet ')
  return { unknown, differences: [...differences.filter((difference) => !isOfAll(difference)), ...here] }
}
