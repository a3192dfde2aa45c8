import type { Cluster } from '../model/cluster-port.ts'
import type { RunLease } from './run-lease.ts'

/**
 * The same cluster, in which no try of a write is sent while the lease could be somebody else's. After it was lost writes go
 * through again: what is left to write then is giving back, which nobody else does.
 */
export function fencedCluster(cluster: Cluster, { secured: fence }: Pick<RunLease, 'secured'>): Cluster {
  return {
    ...cluster,
    patch: async (ref, patch, options) => await cluster.patch(ref, patch, { ...options, fence }),
    create: async (ref, object, options) => await cluster.create(ref, object, { ...options, fence }),
    remove: async (ref, options) => await cluster.remove(ref, { ...options, fence }),
    evict: async (request) => await cluster.evict({ ...request, fence }),
  }
}
