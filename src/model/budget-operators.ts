/**
 * Operators that keep a budget at zero themselves and open it when the node is cordoned: they move the primary or the data
 * first. By API group of the budget's owner, or by prefix of its labels.
 */
const operators: readonly { name: string; group: string; label: string }[] = [
  // Source: cloudnative-pg.io/docs, "the primary's budget": switchover when the node is cordoned.
  { name: 'CloudNativePG', group: 'postgresql.cnpg.io', label: 'cnpg.io/' },
  // Source: kubevirt.io/user-guide, node maintenance: an eviction starts the live migration.
  { name: 'KubeVirt', group: 'kubevirt.io', label: 'kubevirt.io/' },
  // Source: rook.io/docs, managed budgets: the blocking ones are moved to other failure domains.
  { name: 'Rook', group: 'ceph.rook.io', label: 'rook.io/' },
  // Source: strimzi.io drain cleaner: the operator rolls the pod when it is evicted.
  { name: 'Strimzi', group: 'kafka.strimzi.io', label: 'strimzi.io/' },
]

/** The operator that manages a budget, when it is one that is known to open it by itself. */
export function budgetOperator(
  ownerGroups: readonly string[],
  labels: Readonly<Record<string, string>>,
): string | undefined {
  return operators.find(
    ({ group, label }) =>
      ownerGroups.includes(group) || Object.keys(labels).some((key) => key.startsWith(label)),
  )?.name
}
