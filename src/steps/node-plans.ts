import { budgetKey, budgetsOf, type DrainBudget } from '../model/drain-budget.ts'
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
  /** Other than before when what happens to the pods of a node may be. */
  versionOf(node: string): string
}

export interface NodePlansOptions {
  view: Pick<ClusterView, 'podsOn' | 'podsVersion' | 'ledger' | 'version'>
  around: PodSurroundings
  choices: DrainChoices
}

interface NodePlan {
  version: string
  going: readonly PlannedPod[]
  /** Undefined until somebody asks. */
  budgets: readonly string[] | undefined
}

export function createNodePlans({ view, around, choices }: NodePlansOptions): NodePlans {
  // The view has a new object for every change of a pod.
  let plans = new WeakMap<DrainPod, PlannedPod>()
  let covering = new WeakMap<DrainPod, readonly string[]>()
  let byNamespace = new Map<string, DrainBudget[]>()
  const nodes = new Map<string, NodePlan>()
  const at = { around: -1, epoch: -1 }

  function plan(pod: DrainPod): PlannedPod {
    const aroundNow = around.live?.version() ?? 0
    if (at.around !== aroundNow) plans = new WeakMap()
    at.around = aroundNow
    const known = plans.get(pod) ?? planPod(pod, around, choices)
    plans.set(pod, known)
    return known
  }

  /** Of what is the same for all nodes. */
  function versionAround(): string {
    return `${view.ledger.epoch()} ${around.live?.version() ?? 0}`
  }

  function versionOf(node: string): string {
    return `${view.podsVersion(node)} ${versionAround()}`
  }

  function planOf(node: string): NodePlan {
    const version = versionOf(node)
    const known = nodes.get(node)
    if (known?.version === version) return known
    const going = [...view.podsOn(node)].map(plan).filter(({ action }) => action !== 'none')
    const made = { version, going, budgets: undefined }
    nodes.set(node, made)
    return made
  }

  function covers(pod: DrainPod): readonly string[] {
    const epoch = view.ledger.epoch()
    if (at.epoch !== epoch) {
      covering = new WeakMap()
      byNamespace = Map.groupBy(view.ledger.all(), ({ namespace }) => namespace)
    }
    at.epoch = epoch
    const known = covering.get(pod) ?? budgetsOf(pod, byNamespace.get(pod.namespace) ?? []).map(budgetKey)
    covering.set(pod, known)
    return known
  }

  function budgetsFor(going: readonly PlannedPod[]): string[] {
    const evicted = going.filter(({ action }) => action === 'evict')
    return [...new Set(evicted.flatMap(({ pod }) => covers(pod)))].sort()
  }

  return {
    plan,
    going: (node) => planOf(node).going,
    covering: covers,
    budgets(node): readonly string[] {
      const of = planOf(node)
      of.budgets ??= budgetsFor(of.going)
      return of.budgets
    },
    version: () => `${view.version()} ${versionAround()}`,
    versionOf,
  }
}
