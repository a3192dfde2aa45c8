/** Members of etcd without the one that is to move. */
export interface EtcdMembers {
  /** All of them, the one that moves among them. */
  members: number
  /** Of the others; learners and those without a name are among them. */
  unhealthy: number
}

/**
 * True when etcd keeps a majority while a member is away and comes back with its data (`kept`), or is removed and joins again
 * (`wiped`). Two members may be removed from, but not be one less for a while.
 * Source: nodes.md 2.11, as Cluster API's `targetEtcdClusterHealthy` has it.
 */
export function keepsQuorum(disk: 'kept' | 'wiped', { members, unhealthy }: EtcdMembers): boolean {
  const healthy = members - 1 - unhealthy
  if (disk === 'kept') return healthy >= majorityOf(members)
  return members >= 2 && healthy >= majorityOf(members - 1)
}

function majorityOf(members: number): number {
  return Math.floor(members / 2) + 1
}
