import type { Cluster } from '../model/cluster-port.ts'
import type { RunLease } from './run-lease.ts'

/**
 * The same cluster, in which nothing new is written while the lease could be somebody else's. After it was lost writes go
 * through again: what is left to write then is giving back, which nobody else does.
 */
export function fencedCluster(cluster: Cluster, { secured }: Pick<RunLease, 'secured'>): Cluster {
  return {
    ...cluster,
    async patch(ref, patch, options) {
      await secured(options.signal)
      return await cluster.patch(ref, patch, options)
    },
    async create(ref, object, options) {
      await secured(options.signal)
      return await cluster.create(ref, object, options)
    },
    async remove(ref, options) {
      await secured(options.signal)
      return await cluster.remove(ref, options)
    },
    async evict(request) {
      await secured(request.signal)
      return await cluster.evict(request)
    },
  }
}
