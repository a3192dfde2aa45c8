import { budgetKind } from './budget-kind.ts'
import type { BudgetLedger } from './budget-ledger.ts'

/** A node that waits to be drained, with the budgets that its pods cost. */
export interface WaitingNode {
  node: string
  budgets: readonly string[]
}

export interface AdmissionInput {
  /** In the order given. */
  waiting: readonly WaitingNode[]
  /** Budgets that each node being drained still needs. */
  active: readonly WaitingNode[]
  /** Disruptions that a budget allows now; infinite for one that its operator opens only after a cordon. */
  allowed: (budget: string) => number
  maxNodes: number
}

/**
 * Nodes to begin with now. A node begins only when one disruption of each of its budgets is not spoken for by another node,
 * all or nothing, so that no two nodes wait for each other's budgets; the first may always begin when none is at work.
 * Source of the dead-lock: https://github.com/openshift/machine-api-operator/pull/1066
 */
export function admitNodes({ waiting, active, allowed, maxNodes }: AdmissionInput): string[] {
  const reserved = new Map<string, number>()
  const reserve = (budgets: readonly string[]): void => {
    for (const budget of budgets) reserved.set(budget, (reserved.get(budget) ?? 0) + 1)
  }
  for (const { budgets } of active) reserve(budgets)
  const admitted: string[] = []
  for (const { node, budgets } of waiting) {
    const atWork = active.length + admitted.length
    if (atWork >= maxNodes) break
    const isFree = [...budgets].sort().every((budget) => allowed(budget) - (reserved.get(budget) ?? 0) >= 1)
    if (!isFree && atWork > 0) continue
    reserve(budgets)
    admitted.push(node)
  }
  return admitted
}

/** Disruptions that a budget allows now, for admission; infinite for one that its operator opens only after a cordon. */
export function allowedNow(ledger: Pick<BudgetLedger, 'get'>, key: string): number {
  const budget = ledger.get(key)
  if (budget === undefined || budgetKind(budget) === 'operator') return Number.POSITIVE_INFINITY
  return budget.allowed
}
