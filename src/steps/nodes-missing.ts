import type { Cluster } from '../model/cluster-port.ts'
import { MigrationError } from '../model/errors.ts'

/** Throws NODE_NOT_FOUND when there are names that no node of the cluster has. */
export function refuseMissingNodes({ context }: Pick<Cluster, 'context'>, missing: readonly string[]): void {
  if (missing.length === 0) return
  throw new MigrationError('NODE_NOT_FOUND', `the cluster ${context} has no node ${missing.join(', ')}`, {
    hint: 'kubectl get nodes lists them; --context chooses the cluster',
  })
}
