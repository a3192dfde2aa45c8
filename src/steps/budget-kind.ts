import { budgetOperator } from '../model/budget-operators.ts'
import type { DrainBudget } from '../model/drain-budget.ts'

/** Why a budget lets nobody go: for ever, until its operator acts, until pods are healthy again; or it does let go. */
export type BudgetKind = 'open' | 'structural-zero' | 'operator' | 'closed-now'

/** Judges a budget; source of the structural zero: isMisconfiguredPdb of Gardener's machine-controller-manager. */
export function budgetKind(budget: DrainBudget): BudgetKind {
  if (budget.allowed > 0 || budget.expectedPods === 0 || !budget.isCurrent) return 'open'
  if (operatorOf(budget) !== undefined) return 'operator'
  const { currentHealthy, expectedPods, disruptedPods } = budget
  return currentHealthy >= expectedPods && disruptedPods.length === 0 ? 'structural-zero' : 'closed-now'
}

/** The operator that manages a budget, when it is one that is known to open it by itself. */
export function operatorOf({ owners, labels }: Pick<DrainBudget, 'owners' | 'labels'>): string | undefined {
  return budgetOperator(
    owners.map((owner) => owner.split('/', 1)[0] ?? ''),
    labels,
  )
}
