import { budgetOperator } from '../model/budget-operators.ts'
import type { ClusterBudget } from '../model/cluster-pods.ts'
import type { PlanBudget } from './world.ts'

/**
 * What a budget lets go when all its pods are well: `expected - desired`. A status that is missing, or older than the budget,
 * says nothing. Source: kubernetes/pkg/controller/disruption, `getExpectedPodCount`.
 */
export function planBudget(budget: ClusterBudget): PlanBudget {
  const { namespace, name, labels, owner, minAvailable, maxUnavailable, status, generation } = budget
  const isCurrent = status !== null && (status.observedGeneration ?? -1) >= (generation ?? 0)
  const isKnown = isCurrent && status.expectedPods > 0
  return {
    key: `${namespace}/${name}`,
    namespace,
    name,
    rule: maxUnavailable === null ? `minAvailable ${minAvailable ?? 1}` : `maxUnavailable ${maxUnavailable}`,
    allowed: isKnown ? Math.max(0, status.expectedPods - status.desiredHealthy) : null,
    allowedNow: isKnown ? Math.max(0, status.disruptionsAllowed) : null,
    operator: budgetOperator(owner === null ? [] : [owner.group], labels),
  }
}
