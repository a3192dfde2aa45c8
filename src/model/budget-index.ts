import type { ClusterBudget } from './cluster-pods.ts'
import { isEmptySelector } from './label-selector.ts'
import { createSelectorIndex, type Labelled } from './selector-index.ts'

/** Finds the budgets of a pod without asking every budget of its namespace. */
export interface BudgetIndex<T> {
  add(budget: Pick<ClusterBudget, 'namespace' | 'apiVersion' | 'selector'>, value: T): void
  /** In the order in which they were added. */
  of(pod: Labelled): T[]
}

/** An index without budgets. */
export function createBudgetIndex<T>(): BudgetIndex<T> {
  const index = createSelectorIndex<T>()
  return {
    add({ namespace, apiVersion, selector }, value) {
      // policy/v1beta1: an empty selector selects no pod; policy/v1: every pod of the namespace.
      if (selector === null || (apiVersion !== 'policy/v1' && isEmptySelector(selector))) return
      index.add(namespace, selector, value)
    },
    of: (pod) => index.of(pod),
  }
}
