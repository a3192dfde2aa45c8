import { budgetKey, budgetsOf } from '../model/drain-budget.ts'
import type { DrainPod } from '../model/drain-pod.ts'
import type { ClusterView } from './cluster-view.ts'
import type { DrainChoices } from './drain-choices.ts'
import { planPod, type PlannedPod } from './drain-preflight.ts'
import type { PodSurroundings } from './pod-class.ts'

/** What happens to the pods of all nodes of a run; nothing is worked out twice while nothing has changed. */
export interface NodePlans {
  plan(pod: DrainPod): PlannedPod
  /** Pods of a node that a drain does not leave alone. */
  going(node: string): readonly PlannedPod[]
  /** Keys of the budgets that cover a pod, in name order: there are many pods, and they and the selectors change seldom. */
  covering(pod: DrainPod): readonly string[]
  /** Budgets that the evictions of a node cost, in name order, each once: the order in which they are reserved. */
  budgets(node: string): readonly string[]
  /** Other than before when anything here may be. */
  version(): string
}

export interface NodePlansOptions {
  view: Pick<ClusterView, 'pods' | 'ledger' | 'version'>
  around: PodSurroundings
  choices: DrainChoices
}

export function createNodePlans({ view, around, choices }: NodePlansOptions): NodePlans {
  // The view has a new object for every change of a pod.
  let plans = new WeakMap<DrainPod, PlannedPod>()
  let covering = new WeakMap<DrainPod, readonly string[]>()
  let byNode = new Map<string, PlannedPod[]>()
  let needed = new Map<string, readonly string[]>()
  const at = { around: -1, epoch: -1, version: '' }

  function plan(pod: DrainPod): PlannedPod {
    const aroundNow = around.live?.version() ?? 0
    if (at.around !== aroundNow) plans = new WeakMap()
    at.around = aroundNow
    const known = plans.get(pod) ?? planPod(pod, around, choices)
    plans.set(pod, known)
    return known
  }

  function version(): string {
    return `${view.version()} ${view.ledger.epoch()} ${around.live?.version() ?? 0}`
  }

  function refresh(): void {
    const now = version()
    if (at.version === now) return
    at.version = now
    if (at.epoch !== view.ledger.epoch()) covering = new WeakMap()
    at.epoch = view.ledger.epoch()
    const going = [...view.pods.values()].map(plan).filter(({ action }) => action !== 'none')
    byNode = Map.groupBy(going, ({ pod }) => pod.node)
    needed = new Map()
  }

  function covers(pod: DrainPod): readonly string[] {
    refresh()
    const known = covering.get(pod) ?? budgetsOf(pod, view.ledger.all()).map(budgetKey)
    covering.set(pod, known)
    return known
  }

  function going(node: string): readonly PlannedPod[] {
    refresh()
    return byNode.get(node) ?? []
  }

  return {
    plan,
    going,
    covering: covers,
    budgets(node): readonly string[] {
      const evicted = going(node).filter(({ action }) => action === 'evict')
      const keys = needed.get(node) ?? [...new Set(evicted.flatMap(({ pod }) => covers(pod)))].sort()
      needed.set(node, keys)
      return keys
    },
    version,
  }
}
