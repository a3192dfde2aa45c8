import { indexedLists } from '../../src/assess/cluster-index.ts'
import { createClusterFile } from '../../src/inventory/cluster-file.ts'
import { clusterListNames, type ClusterEnd } from '../../src/model/cluster.ts'
import { healthyParts, type ClusterParts } from './cluster-fixture.ts'

export interface SnapshotOptions extends Partial<Pick<ClusterEnd, 'gaps' | 'hosts'>> {
  parts?: ClusterParts
  createdAt?: string
}

/** Writes a snapshot as `osferry cluster snapshot` does: the healthy cluster with some lists replaced. */
export async function writeSnapshot(path: string, options: SnapshotOptions = {}): Promise<void> {
  const lists = { ...healthyParts(), ...options.parts }
  const { createdAt = new Date().toISOString(), gaps = [], hosts = null } = options
  const file = await createClusterFile(path, {
    schema: 'cluster/v1',
    tool: { name: 'osferry', version: '0.0.0' },
    createdAt,
    context: 'test',
    server: 'https://127.0.0.1:6443',
    version: 'v1.24.3',
  })
  const counts = Object.fromEntries(clusterListNames.map((name) => [name, 0])) as ClusterEnd['counts']
  for (const list of indexedLists) {
    const isUnread = gaps.some((gap) => gap.list === list && gap.objects === null)
    counts[list] = isUnread ? null : lists[list].length
    if (!isUnread) for (const record of lists[list]) await file.add(list, record)
  }
  await file.end({
    counts,
    gaps: [...gaps],
    summary: { nodes: null, pods: null, blockingBudgets: null },
    hosts,
  })
}
