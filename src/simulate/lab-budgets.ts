import { covers, type LabBudget, type LabBudgetStatus } from './lab-evict.ts'
import { labKinds, type LabKind } from './lab-kinds.ts'
import { apiTime, controllerOf, type LabObject } from './lab-object.ts'
import { isOver, isReady, withCondition, type LabCondition, type LabPod } from './lab-pod.ts'
import { selectedBy } from './lab-selected-by.ts'
import type { LabListener } from './lab-store.ts'
import type { LabTemplate } from './lab-workloads.ts'
import type { LabWorld } from './lab-world.ts'
import { update } from './lab-writes.ts'

/** A pod that was let go and is still there counts as gone for so long (disruption controller's DeletionTimeout). */
const disruptedMs = 120_000

/** The disruption controller: what every budget allows, from the pods as they are. */
export function budgetController(world: LabWorld): LabListener {
  const { store, timers } = world
  const budgetsOf = selectedBy(store, labKinds.budgets, (budget) => (budget as LabBudget).spec.selector)
  const dirty = (budget: LabObject): void => {
    const { namespace = '', name } = budget.metadata
    timers.soon(`budget/${namespace}/${name}`, () => reconcile(world, namespace, name))
  }
  return ({ kind, before, after, object }) => {
    if (kind === labKinds.budgets && after !== undefined) dirty(after)
    if (kind === labKinds.pods) {
      for (const pod of [before, after])
        if (pod !== undefined) for (const budget of budgetsOf(pod)) dirty(budget)
    }
    if (scaled.has(kind) && replicasOf(before) !== replicasOf(after)) {
      const { template } = object.spec as { template: LabTemplate }
      const labels = template.metadata?.labels ?? {}
      for (const budget of budgetsOf({ metadata: { ...object.metadata, labels } })) dirty(budget)
    }
  }
}

/** Kinds whose replicas say how many pods there should be. */
const scaled = new Set<LabKind>([labKinds.deployments, labKinds.replicaSets, labKinds.statefulSets])

function replicasOf(object: LabObject | undefined): unknown {
  return (object?.spec as { replicas?: number } | undefined)?.replicas
}

function reconcile(world: LabWorld, namespace: string, name: string): void {
  const { store, timers } = world
  const budget = store.get(labKinds.budgets, name, namespace) as LabBudget | undefined
  if (budget === undefined) return
  const nowMs = timers.nowMs()
  const pods = ([...store.podsWith(namespace, budget.spec.selector?.matchLabels)] as LabPod[]).filter(
    (pod) => covers(budget, pod) && !isOver(pod),
  )
  const byName = new Map(pods.map((pod) => [pod.metadata.name, pod]))
  const disrupted = Object.entries(budget.status.disruptedPods ?? {}).filter(([pod, at]) => {
    const found = byName.get(pod)
    const isLate = nowMs - Date.parse(at) >= disruptedMs
    return found !== undefined && found.metadata.deletionTimestamp === undefined && !isLate
  })
  const disruptedPods = Object.fromEntries(disrupted)
  if (disrupted.length > 0)
    timers.after(disruptedMs, () =>
      timers.soon(`budget/${namespace}/${name}`, () => reconcile(world, namespace, name)),
    )
  const currentHealthy = pods.filter(
    (pod) =>
      pod.metadata.deletionTimestamp === undefined &&
      !Object.hasOwn(disruptedPods, pod.metadata.name) &&
      isReady(pod),
  ).length
  const { expectedPods, desiredHealthy } = wanted(world, budget, pods)
  const spare = currentHealthy - desiredHealthy
  const disruptionsAllowed = expectedPods <= 0 || spare <= 0 ? 0 : spare
  const condition: LabCondition = {
    type: 'DisruptionAllowed',
    status: disruptionsAllowed > 0 ? 'True' : 'False',
    reason: disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
  }
  update(world, labKinds.budgets, {
    object: budget,
    change: (found) => {
      const { disruptedPods: _, ...rest } = found.status
      const status: LabBudgetStatus = {
        ...rest,
        observedGeneration: found.metadata.generation ?? 1,
        disruptionsAllowed,
        currentHealthy,
        desiredHealthy,
        expectedPods,
        ...(disrupted.length === 0 ? {} : { disruptedPods }),
        conditions: withCondition(
          found.status['conditions'] as readonly LabCondition[] | undefined,
          condition,
          apiTime(nowMs),
        ),
      }
      return { ...found, status }
    },
  })
}

/** getExpectedPodCount of the disruption controller. */
function wanted(
  world: LabWorld,
  { spec }: LabBudget,
  pods: readonly LabPod[],
): { expectedPods: number; desiredHealthy: number } {
  const { minAvailable, maxUnavailable } = spec
  if (maxUnavailable !== undefined) {
    const expectedPods = scaleOf(world, pods)
    return { expectedPods, desiredHealthy: Math.max(0, expectedPods - countOf(maxUnavailable, expectedPods)) }
  }
  if (typeof minAvailable === 'number') return { expectedPods: pods.length, desiredHealthy: minAvailable }
  const expectedPods = scaleOf(world, pods)
  return { expectedPods, desiredHealthy: countOf(minAvailable ?? 0, expectedPods) }
}

/** A number, or a share rounded up. */
function countOf(value: number | string, of: number): number {
  if (typeof value === 'number') return value
  return Math.ceil((Number.parseFloat(value) / 100) * of)
}

/** The replicas of all controllers of the pods; those without one count nothing, as the real one fails for them. */
function scaleOf({ store }: LabWorld, pods: readonly LabPod[]): number {
  const counts = new Map<string, number>()
  for (const pod of pods) {
    const owner = controllerOf(pod)
    if (owner === undefined || counts.has(owner.uid)) continue
    const kind = owner.kind === 'StatefulSet' ? labKinds.statefulSets : labKinds.replicaSets
    const set = store.get(kind, owner.name, pod.metadata.namespace)
    const above = set === undefined ? undefined : controllerOf(set)
    const top =
      above?.kind === 'Deployment' ? store.get(labKinds.deployments, above.name, pod.metadata.namespace) : set
    counts.set(above?.uid ?? owner.uid, (top?.spec as { replicas?: number } | undefined)?.replicas ?? 0)
  }
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}
