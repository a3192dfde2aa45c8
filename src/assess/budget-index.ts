import type { LabelSelector } from '../model/cluster-parts.ts'
import type { ClusterBudget } from '../model/cluster-pods.ts'
import { isEmptySelector, matchesLabels } from '../model/label-selector.ts'

/** Finds the budgets of a pod without asking every budget of its namespace. */
export interface BudgetIndex<T> {
  add(budget: Pick<ClusterBudget, 'namespace' | 'apiVersion' | 'selector'>, value: T): void
  /** In the order in which they were added. */
  of(pod: { namespace: string; labels: Readonly<Record<string, string>> }): T[]
}

interface Entry<T> {
  order: number
  selector: LabelSelector
  value: T
}

/** Budgets stand under one label that they ask for; those that ask for none stand apart. */
export function createBudgetIndex<T>(): BudgetIndex<T> {
  const entries = new Map<string, Entry<T>[]>()
  let order = 0
  const under = (key: string): readonly Entry<T>[] => entries.get(key) ?? []
  return {
    add({ namespace, apiVersion, selector }, value) {
      // policy/v1beta1: an empty selector selects no pod; policy/v1: every pod of the namespace.
      if (selector === null || (apiVersion !== 'policy/v1' && isEmptySelector(selector))) return
      const [label] = Object.entries(selector.matchLabels ?? {})
      const key = label === undefined ? namespace : keyOf(namespace, label)
      const list = entries.get(key) ?? []
      entries.set(key, list)
      list.push({ order: order++, selector, value })
    },
    of({ namespace, labels }) {
      const keys = [namespace, ...Object.entries(labels).map((label) => keyOf(namespace, label))]
      return keys
        .flatMap(under)
        .filter(({ selector }) => matchesLabels(selector, labels))
        .sort((a, b) => a.order - b.order)
        .map(({ value }) => value)
    },
  }
}

/** A namespace has no `/`. */
function keyOf(namespace: string, [key, value]: readonly [string, string]): string {
  return `${namespace}/${key}=${value}`
}
