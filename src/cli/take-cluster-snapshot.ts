import type { ClusterEnd } from '../model/cluster.ts'
import { hostIdentities } from './cluster-hosts.ts'
import type { CommandContext } from './context.ts'
import { documentTime } from './document-time.ts'
import { openCluster } from './open-cluster.ts'
import { saveSnapshot, type SnapshotPlace } from './save-snapshot.ts'
import { clusterPath } from './state-paths.ts'

/** Takes the snapshot of the project: of the chosen cluster, with its hosts, where other commands look for it. */
export async function takeClusterSnapshot(
  context: CommandContext,
  onKind?: SnapshotPlace['onKind'],
): Promise<ClusterEnd> {
  const { cluster } = await openCluster(context)
  try {
    // First, since an inventory that is wrong shall not cost the time of a snapshot.
    const hosts = await hostIdentities(context)
    const path = clusterPath(context)
    const createdAt = documentTime(context)
    return await saveSnapshot(context, cluster, { path, createdAt, hosts, ...(onKind && { onKind }) })
  } finally {
    await cluster.close()
  }
}
