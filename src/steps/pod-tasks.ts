import { budgetKey, budgetsOf } from '../model/drain-budget.ts'
import type { DrainPod } from '../model/drain-pod.ts'
import type { ClusterView } from './cluster-view.ts'
import { mayGoUnready, type PlannedPod } from './drain-preflight.ts'
import type { PodTask } from './pick-evictions.ts'

/** The pods of all nodes that are being drained, as tasks that last as long as the pod. */
export interface PodTasks {
  /** Brings the tasks up to what the view knows; new pods become new tasks. */
  refresh(): void
  all(): PodTask[]
  of(node: string): PodTask[]
  /** Tries of one pod that ended in the same kind of answer. */
  countTry(uid: string, kind: string): number
  /** Takes a node in, or leaves it out, at the next refresh. */
  include(node: string): void
  exclude(node: string): void
}

export interface PodTasksOptions {
  view: ClusterView
  plan: (pod: DrainPod) => PlannedPod
  /** Other than before when plans may be. */
  planVersion: () => string
  /** Called once for a pod that was not there at the last refresh, or of which nobody knew then what it was. */
  onNew: (task: PodTask) => void
}

export function createPodTasks({ view, plan, planVersion, onNew }: PodTasksOptions): PodTasks {
  const tasks = new Map<string, PodTask>()
  const nodes = new Set<string>()
  const tries = new Map<string, { kind: string; count: number }>()
  const covering = new Map<string, readonly string[]>()
  let epoch = -1
  let version = ''

  function drop(uid: string): void {
    for (const map of [tasks, tries, covering]) map.delete(uid)
  }

  /** Selectors change seldom and there are many pods: which budgets cover a pod is found once. */
  function budgetsOver(pod: DrainPod): readonly string[] {
    const known = covering.get(pod.uid) ?? budgetsOf(pod, view.ledger.all()).map(budgetKey)
    covering.set(pod.uid, known)
    return known
  }

  function costs(pod: DrainPod): readonly string[] {
    const [key] = budgetsOver(pod)
    if (key === undefined) return []
    const budget = view.ledger.get(key)
    return budget !== undefined && mayGoUnready(pod, budget) ? [] : [key]
  }

  return {
    refresh(): void {
      if (version === planVersion()) return
      version = planVersion()
      if (epoch !== view.ledger.epoch()) covering.clear()
      epoch = view.ledger.epoch()
      for (const uid of tasks.keys()) if (!view.pods.has(uid)) drop(uid)
      for (const pod of view.pods.values()) {
        if (!nodes.has(pod.node)) continue
        const task = tasks.get(pod.uid)
        const planned = plan(pod)
        const budgets = planned.action === 'evict' ? costs(pod) : []
        const passesBy = planned.action === 'delete' ? budgetsOver(pod) : []
        if (task === undefined) {
          const state = { state: 'waiting', notBeforeMs: 0 } as const
          const added: PodTask = { planned, node: pod.node, budgets, passesBy, ...state }
          tasks.set(pod.uid, added)
          onNew(added)
        } else {
          const wasUnknown = task.planned.action === 'look-up'
          task.planned = planned
          if (task.state === 'waiting') Object.assign(task, { budgets, passesBy })
          if (wasUnknown && planned.action !== 'look-up') onNew(task)
        }
      }
    },
    all: () => [...tasks.values()],
    of: (node) => [...tasks.values()].filter((task) => task.node === node),
    countTry(uid, kind): number {
      const known = tries.get(uid)
      const count = known?.kind === kind ? known.count + 1 : 0
      tries.set(uid, { kind, count })
      return count
    },
    include(node): void {
      nodes.add(node)
      version = ''
    },
    exclude(node): void {
      nodes.delete(node)
      for (const [uid, task] of tasks) if (task.node === node) drop(uid)
    },
  }
}
