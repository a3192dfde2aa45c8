import type { DrainPod } from '../model/drain-pod.ts'
import type { ClusterView } from './cluster-view.ts'
import { mayGoUnready } from './drain-preflight.ts'
import type { NodePlans } from './node-plans.ts'
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
  plans: Pick<NodePlans, 'plan' | 'covering' | 'version'>
  /** Called once for a pod that was not there at the last refresh, or of which nobody knew then what it was. */
  onNew: (task: PodTask) => void
}

export function createPodTasks({ view, plans, onNew }: PodTasksOptions): PodTasks {
  const tasks = new Map<string, PodTask>()
  const nodes = new Set<string>()
  const tries = new Map<string, { kind: string; count: number }>()
  let version = ''

  function drop(uid: string): void {
    for (const map of [tasks, tries]) map.delete(uid)
  }

  function costs(pod: DrainPod): readonly string[] {
    const [key] = plans.covering(pod)
    if (key === undefined) return []
    const budget = view.ledger.get(key)
    return budget !== undefined && mayGoUnready(pod, budget) ? [] : [key]
  }

  return {
    refresh(): void {
      const now = plans.version()
      if (version === now) return
      version = now
      for (const uid of tasks.keys()) if (!view.pods.has(uid)) drop(uid)
      for (const pod of view.pods.values()) {
        if (!nodes.has(pod.node)) continue
        const task = tasks.get(pod.uid)
        const planned = plans.plan(pod)
        const budgets = planned.action === 'evict' ? costs(pod) : []
        const passesBy = planned.action === 'delete' ? plans.covering(pod) : []
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
