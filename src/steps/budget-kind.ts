import type { DrainBudget } from '../model/drain-budget.ts'

/** Why a budget lets nobody go: for ever, until its operator acts, until pods are healthy again; or it does let go. */
export type BudgetKind = 'open' | 'structural-zero' | 'operator' | 'closed-now'

/**
 * Operators that keep a budget at zero themselves and open it when the node is cordoned: they move the primary or the data
 * first. By API group of the budget's owner, or by prefix of its labels.
 */
const operators: readonly { name: string; owner: string; label: string }[] = [
  // Source: cloudnative-pg.io/docs, "the primary's budget": switchover when the node is cordoned.
  { name: 'CloudNativePG', owner: 'postgresql.cnpg.io/', label: 'cnpg.io/' },
  // Source: kubevirt.io/user-guide, node maintenance: an eviction starts the live migration.
  { name: 'KubeVirt', owner: 'kubevirt.io/', label: 'kubevirt.io/' },
  // Source: rook.io/docs, managed budgets: the blocking ones are moved to other failure domains.
  { name: 'Rook', owner: 'ceph.rook.io/', label: 'rook.io/' },
  // Source: strimzi.io drain cleaner: the operator rolls the pod when it is evicted.
  { name: 'Strimzi', owner: 'kafka.strimzi.io/', label: 'strimzi.io/' },
]

/** Judges a budget; source of the structural zero: isMisconfiguredPdb of Gardener's machine-controller-manager. */
export function budgetKind(budget: DrainBudget): BudgetKind {
  if (budget.allowed > 0 || budget.expectedPods === 0 || !budget.isCurrent) return 'open'
  if (operatorOf(budget) !== undefined) return 'operator'
  const { currentHealthy, expectedPods, disruptedPods } = budget
  return currentHealthy >= expectedPods && disruptedPods.length === 0 ? 'structural-zero' : 'closed-now'
}

/** The operator that manages a budget, when it is one that is known to open it by itself. */
export function operatorOf({ owners, labels }: Pick<DrainBudget, 'owners' | 'labels'>): string | undefined {
  return operators.find(
    ({ owner, label }) =>
      owners.some((name) => name.startsWith(owner)) ||
      Object.keys(labels).some((key) => key.startsWith(label)),
  )?.name
}
