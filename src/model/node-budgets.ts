import type { NodeBudget, NodeView } from './node-view.ts'

/** The budgets of a node's pods, each once. */
export function budgetsOf({ pods }: NodeView): NodeBudget[] {
  const budgets = pods.flatMap(({ budgets }) => budgets)
  return [...new Map(budgets.map((budget) => [`${budget.namespace}/${budget.name}`, budget])).values()]
}

/** `shop/web maxUnavailable 1: 1 allowed, 3 healthy of 3, 2 needed`, the same in every language. */
export function budgetLine(budget: NodeBudget): string {
  const { namespace, name, minAvailable, maxUnavailable, numbers } = budget
  const rule =
    maxUnavailable === null ? `minAvailable ${minAvailable ?? 1}` : `maxUnavailable ${maxUnavailable}`
  if (numbers === null) return `${namespace}/${name} ${rule}: no status`
  const { allowed, currentHealthy, expectedPods, desiredHealthy } = numbers
  return `${namespace}/${name} ${rule}: ${allowed} allowed, ${currentHealthy} healthy of ${expectedPods}, ${desiredHealthy} needed`
}
