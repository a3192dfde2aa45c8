import type { DrainPod } from '../model/drain-pod.ts'
import type { ClusterView } from './cluster-view.ts'
import { mayGoUnready, type PlannedPod } from './drain-preflight.ts'
import type { NodePlans } from './node-plans.ts'
import type { PodTask } from './pick-evictions.ts'

/** The pods of all nodes that are being drained, as tasks that last as long as the pod. */
export interface PodTasks {
  /** Brings the tasks up to what the view knows; new pods become new tasks. */
  refresh(): void
  all(): PodTask[]
  of(node: string): PodTask[]
  /** The server has answered: what changed meanwhile holds for the next try. */
  answered(task: PodTask): void
  /** Tries of one pod that ended in the same kind of answer. */
  countTry(uid: string, kind: string): number
  /** Takes a node in, or leaves it out, at the next refresh. */
  include(node: string): void
  exclude(node: string): void
}

export interface PodTasksOptions {
  view: ClusterView
  plans: Pick<NodePlans, 'plan' | 'covering' | 'version' | 'versionOf'>
  /** Called once for a pod that was not there at the last refresh, or of which nobody knew then what it was. */
  onNew: (task: PodTask) => void
}

/** Tasks of one node by the UID of their pod, as they were at a version of its plans. */
interface NodeTasks {
  version: string
  tasks: Map<string, PodTask>
}

export function createPodTasks({ view, plans, onNew }: PodTasksOptions): PodTasks {
  const nodes = new Map<string, NodeTasks>()
  const tries = new Map<string, { kind: string; count: number }>()
  let version = ''

  function costs(pod: DrainPod): readonly string[] {
    const [key] = plans.covering(pod)
    if (key === undefined) return []
    const budget = view.ledger.get(key)
    return budget !== undefined && mayGoUnready(pod, budget) ? [] : [key]
  }

  function keysOf({ action, pod }: PlannedPod): Pick<PodTask, 'budgets' | 'passesBy'> {
    return {
      budgets: action === 'evict' ? costs(pod) : [],
      passesBy: action === 'delete' ? plans.covering(pod) : [],
    }
  }

  function refreshTask(tasks: NodeTasks['tasks'], pod: DrainPod): void {
    const task = tasks.get(pod.uid)
    const planned = plans.plan(pod)
    if (task === undefined) {
      const state = { state: 'waiting', notBeforeMs: 0 } as const
      const added: PodTask = { planned, node: pod.node, ...keysOf(planned), ...state }
      tasks.set(pod.uid, added)
      onNew(added)
      return
    }
    const wasUnknown = task.planned.action === 'look-up'
    task.planned = planned
    if (task.state === 'waiting') Object.assign(task, keysOf(planned))
    if (wasUnknown && planned.action !== 'look-up') onNew(task)
  }

  function refreshNode(node: string, of: NodeTasks): void {
    const now = plans.versionOf(node)
    if (of.version === now) {
      // What a pod costs that is not ready depends on how its budget is.
      for (const task of of.tasks.values())
        if (task.state === 'waiting' && !task.planned.pod.isReady) Object.assign(task, keysOf(task.planned))
      return
    }
    of.version = now
    const gone = new Set(of.tasks.keys())
    for (const pod of view.podsOn(node)) {
      gone.delete(pod.uid)
      refreshTask(of.tasks, pod)
    }
    for (const uid of gone) {
      of.tasks.delete(uid)
      tries.delete(uid)
    }
  }

  return {
    refresh(): void {
      const now = plans.version()
      if (version === now) return
      version = now
      for (const [node, of] of nodes) refreshNode(node, of)
    },
    all: () => [...nodes.values()].flatMap(({ tasks }) => [...tasks.values()]),
    of: (node) => [...(nodes.get(node)?.tasks.values() ?? [])],
    answered(task): void {
      if (task.state === 'waiting') Object.assign(task, keysOf(task.planned))
    },
    countTry(uid, kind): number {
      const known = tries.get(uid)
      const count = known?.kind === kind ? known.count + 1 : 0
      tries.set(uid, { kind, count })
      return count
    },
    include(node): void {
      if (!nodes.has(node)) nodes.set(node, { version: '', tasks: new Map() })
      version = ''
    },
    exclude(node): void {
      for (const uid of nodes.get(node)?.tasks.keys() ?? []) tries.delete(uid)
      nodes.delete(node)
    },
  }
}
