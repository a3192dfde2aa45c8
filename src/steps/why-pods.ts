import { budgetKey, budgetsOf, type DrainBudget } from '../model/drain-budget.ts'
import type { DrainNode } from '../model/drain-node.ts'
import { podName, type DrainPod } from '../model/drain-pod.ts'
import { budgetKind, operatorOf } from './budget-kind.ts'
import type { DrainChoices } from './drain-choices.ts'
import { mayGoUnready, planPod, refusalsOf } from './drain-preflight.ts'
import type { PodSurroundings } from './pod-class.ts'
import {
  oldest,
  whyCauses,
  type WhyBlocker,
  type WhyBudget,
  type WhyCause,
  type WhyPod,
} from './why-blockers.ts'
import type { PodTrouble } from './why-unhealthy.ts'

/** A drain to which nobody has allowed anything: what it would refuse is a blocker. */
const nothingAllowed: DrainChoices = {
  deleteEmptyDirData: false,
  leaveLocalData: false,
  naked: 'refuse',
  gracePeriodSeconds: undefined,
  timeoutMs: undefined,
  rules: [],
}

export interface WhyPodsInput {
  /** Undefined when it could not be read. */
  node: DrainNode | undefined
  pods: readonly DrainPod[]
  budgets: readonly DrainBudget[]
  around: PodSurroundings
  unhealthy: ReadonlyMap<string, readonly PodTrouble[]>
  nowMs: number
}

interface Held {
  cause: WhyCause
  subject: string
  pod: WhyPod
  budget: WhyBudget | undefined
  since: string | undefined
}

/** What holds each pod of a node that would have to go, by cause; a pod that may go now is in none. */
export function podBlockers(input: WhyPodsInput): WhyBlocker[] {
  const held = input.pods.flatMap((pod) => heldBy(pod, input))
  const groups = Map.groupBy(held, ({ cause, subject }) => `${cause} ${subject}`)
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const pods = group.map(({ pod }) => pod).sort(byAge)
    const { cause, subject, budget } = first
    return [{ cause, subject, budget, pods, volumes: [], since: oldest(group.map(({ since }) => since)) }]
  })
}

function heldBy(pod: DrainPod, input: WhyPodsInput): Held[] {
  const { budgets, around } = input
  const planned = planPod(pod, around, nothingAllowed)
  if (planned.action === 'none') return []
  if (planned.action === 'wait-end') return [ending(pod, input)]
  const covering = budgetsOf(pod, budgets)
  const refused = refusalsOf(planned, budgets, nothingAllowed).flatMap(({ reason, names }): Held[] => {
    // Times, rules and escalations are a drain's own: without one they hold nothing.
    if (!isWhyCause(reason)) return []
    const isBudget = reason === 'budget-zero' || reason === 'two-budgets'
    const [budget] = reason === 'budget-zero' ? covering : []
    const held = {
      cause: reason,
      subject: isBudget ? names.join(', ') : '',
      pod: whyPod(pod, { names: isBudget ? [] : names }),
      budget: budget === undefined ? undefined : whyBudget(budget, input),
      since: budget === undefined ? undefined : closedSince(budget, input),
    }
    return [held]
  })
  const [budget, ...more] = covering
  const cause = budget === undefined || more.length > 0 ? undefined : waitsFor(pod, budget)
  if (budget === undefined || cause === undefined) return refused
  const since = closedSince(budget, input)
  const waiting = { cause, subject: budgetKey(budget), pod: whyPod(pod, {}), since }
  return [...refused, { ...waiting, budget: whyBudget(budget, input) }]
}

function isWhyCause(reason: string): reason is WhyCause {
  return whyCauses.some((cause) => cause === reason)
}

/** Why the one budget of a pod lets it wait; undefined when it may go, or when the budget never opens. */
function waitsFor(pod: DrainPod, budget: DrainBudget): WhyCause | undefined {
  if (mayGoUnready(pod, budget)) return undefined
  if (!budget.isCurrent) return 'budget-behind'
  const kind = budgetKind(budget)
  if (kind === 'operator') return 'budget-operator'
  if (kind === 'closed-now') return 'budget-closed'
  // It covers this pod and has counted none: its controller cannot find out how many there should be.
  return budget.expectedPods === 0 && budget.allowed === 0 ? 'budget-behind' : undefined
}

function ending(pod: DrainPod, { node, nowMs }: WhyPodsInput): Held {
  const { finalizers, deletionTimestamp = '', deletionGraceSeconds = 0 } = pod
  const endsAtMs = Date.parse(deletionTimestamp)
  const since = Number.isNaN(endsAtMs)
    ? undefined
    : new Date(endsAtMs - deletionGraceSeconds * 1000).toISOString()
  const isLate = nowMs > endsAtMs
  const cause: WhyCause =
    node?.isReady === false
      ? 'kubelet-silent'
      : !isLate
        ? 'ending'
        : finalizers.length > 0
          ? 'finalizers'
          : 'ending-late'
  const more = { names: finalizers, since, until: deletionTimestamp }
  return { cause, subject: '', pod: whyPod(pod, more), budget: undefined, since }
}

function whyPod(pod: DrainPod, more: Partial<Pick<WhyPod, 'names' | 'since' | 'until'>>): WhyPod {
  const { controller } = pod
  const { names = [], since, until } = more
  return {
    pod: podName(pod),
    owner: controller === undefined ? '' : `${controller.kind}/${controller.name}`,
    workload: workloadOf(pod),
    names,
    since,
    until,
  }
}

/** A ReplicaSet of a Deployment is named after it and the hash that its pods carry. */
function workloadOf({ controller, labels }: DrainPod): string {
  if (controller === undefined) return ''
  const { kind, name } = controller
  const tail = `-${labels['pod-template-hash'] ?? ''}`
  if (kind === 'ReplicaSet' && tail !== '-' && name.endsWith(tail) && name !== tail)
    return `Deployment/${name.slice(0, -tail.length)}`
  return ['StatefulSet', 'ReplicaSet', 'ReplicationController'].includes(kind) ? `${kind}/${name}` : ''
}

function whyBudget(budget: DrainBudget, { unhealthy }: WhyPodsInput): WhyBudget {
  const { namespace, name, rule, allowed, currentHealthy, desiredHealthy, expectedPods } = budget
  const numbers = { rule, allowed, currentHealthy, desiredHealthy, expectedPods }
  return {
    namespace,
    name,
    ...numbers,
    operator: operatorOf(budget),
    unhealthy: [...(unhealthy.get(budgetKey(budget)) ?? [])].sort((a, b) => (a.pod < b.pod ? -1 : 1)),
  }
}

/** 1.20 does not say since when a budget is closed: since the first of its pods is not ready, then. */
function closedSince(budget: DrainBudget, { unhealthy }: WhyPodsInput): string | undefined {
  return budget.closedAt ?? oldest((unhealthy.get(budgetKey(budget)) ?? []).map(({ since }) => since))
}

function byAge(a: WhyPod, b: WhyPod): number {
  const [one, other] = [a.since ?? '~', b.since ?? '~']
  if (one !== other) return one < other ? -1 : 1
  return a.pod < b.pod ? -1 : 1
}
