import type { DrainNode } from '../model/drain-node.ts'
import { podName, type DrainPod } from '../model/drain-pod.ts'
import type { Escalation } from './drain-choices.ts'
import type { PodTask } from './pick-evictions.ts'
import { deleteAtMs, type NodeDeadlines } from './pod-deadline.ts'

/** What is done to a pod beside an eviction; `not-forced` = it would be, but two copies of it could run then. */
export type EscalationStep = 'delete' | 'cut-grace' | 'force' | 'not-forced'

/** A rule, a budget that held it back to the last moment, its end that does not come, a node that is not heard of. */
export type EscalationReason = 'rule' | 'budget' | 'not-ending' | 'node-unreachable'

/** One step: what was done to which pod, and why. */
export interface EscalationRecord {
  node: string
  /** `namespace/name`. */
  pod: string
  uid: string
  step: EscalationStep
  /** What was asked for; null = the pod's own, or nothing was sent. */
  graceSeconds: number | null
  reason: EscalationReason
  /** The rule, the budgets: whatever belongs to the reason. */
  names: readonly string[]
  /** False = it was sent, and the answer is not known. */
  isAnswered: boolean
  /** ISO 8601. */
  at: string
}

/** A step that is to be taken now. */
export interface DueStep {
  task: PodTask
  step: EscalationStep
  reason: EscalationReason
  names: readonly string[]
}

export interface EscalationInput {
  tasks: readonly PodTask[]
  escalate: Escalation
  forcePods: readonly string[]
  nowMs: number
  deadlinesOf: (node: string) => NodeDeadlines | undefined
  nodeOf: (node: string) => DrainNode | undefined
  /** What is known is old: the server is away, or has not told everything since. No step is taken on it. */
  isStale?: boolean
  /** Budgets that hold a pod back now; none that only waits for its controller. */
  heldBy: (task: PodTask) => readonly string[]
  graceOf: (pod: DrainPod) => number
}

/** True for a pod that has to be told to end now, if all of its grace is to be over in time. */
export function isPressed(
  task: PodTask,
  input: Omit<EscalationInput, 'tasks' | 'heldBy' | 'nodeOf'>,
): boolean {
  const deadlines = input.deadlinesOf(task.node)
  if (input.escalate === 'none' || deadlines === undefined) return false
  return input.nowMs >= deleteAtMs(deadlines.podsMs, input.graceOf(task.planned.pod))
}

/** The steps of the ladder that are due; a pod with finalizers is left to their controllers. */
export function dueSteps(input: EscalationInput): DueStep[] {
  if (input.isStale === true) return []
  return input.tasks.flatMap((task): DueStep[] => {
    const { pod, action } = task.planned
    if (task.state === 'posting' || task.state === 'failed') return []
    if (task.notBeforeMs > input.nowMs && task.isRefused !== true) return []
    if (task.state === 'waiting' && action === 'evict') {
      const names = isPressed(task, input) ? input.heldBy(task) : []
      return names.length === 0 ? [] : [{ task, step: 'delete', reason: 'budget', names }]
    }
    const isEnding = pod.deletionTimestamp !== undefined && pod.finalizers.length === 0
    return isEnding && input.escalate === 'force' && action === 'wait-end' ? shorten(task, input) : []
  })
}

function shorten(task: PodTask, input: EscalationInput): DueStep[] {
  const { pod } = task.planned
  const deadlines = input.deadlinesOf(task.node)
  const node = input.nodeOf(task.node)
  if (deadlines === undefined || task.escalated === 'force' || task.escalated === 'not-forced') return []
  if (input.nowMs >= deadlines.forceAtMs && node?.isUnreachable === true) {
    const names = [task.node]
    const step = mayForce(pod, node, input.forcePods) ? 'force' : 'not-forced'
    return [{ task, step, reason: 'node-unreachable', names }]
  }
  if (input.nowMs < deadlines.cutAtMs || task.escalated === 'cut-grace' || pod.graceSeconds <= 1) return []
  return [{ task, step: 'cut-grace', reason: 'not-ending', names: [] }]
}

/**
 * A pod that is forced off a node which is not heard of may go on there: a second copy with the same identity, or the same
 * volume, destroys data. The taint says that somebody has seen to it that the machine is off.
 * Source: https://kubernetes.io/docs/tasks/run-application/force-delete-stateful-set-pod/
 */
export function mayForce(
  pod: DrainPod,
  node: Pick<DrainNode, 'isOutOfService'>,
  forcePods: readonly string[],
): boolean {
  if (node.isOutOfService || forcePods.includes(podName(pod))) return true
  return pod.controller?.kind === 'ReplicaSet' && pod.claims.length === 0
}

/** When the next step may be due; undefined = none will be. */
export function nextStepMs(input: Omit<EscalationInput, 'heldBy' | 'nodeOf'>): number | undefined {
  const { tasks, escalate, nowMs, deadlinesOf, graceOf } = input
  if (escalate === 'none') return undefined
  const times = tasks.flatMap(({ node, state, planned }) => {
    const deadlines = deadlinesOf(node)
    if (deadlines === undefined || planned.action === 'none') return []
    const { podsMs, cutAtMs, forceAtMs } = deadlines
    if (state === 'waiting' && planned.action === 'evict')
      return [deleteAtMs(podsMs, graceOf(planned.pod)), cutAtMs]
    return [cutAtMs, forceAtMs]
  })
  const later = times.filter((time) => time > nowMs)
  return later.length === 0 ? undefined : Math.min(...later)
}
