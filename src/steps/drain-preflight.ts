import { budgetKey, budgetsOf, type DrainBudget } from '../model/drain-budget.ts'
import type { DrainNode } from '../model/drain-node.ts'
import { podName, type DrainPod } from '../model/drain-pod.ts'
import { inlineVolumeText } from '../model/inline-volumes.ts'
import { budgetKind, operatorOf } from './budget-kind.ts'
import type { DrainChoices } from './drain-choices.ts'
import { ruleFor } from './drain-rule.ts'
import { mayForce } from './escalation.ts'
import { graceFor } from './pod-grace.ts'
import { deleteAtMs, nodeDeadlines } from './pod-deadline.ts'
import { byPodName, classifyPod, isOtherDaemonSet } from './pod-class.ts'
import type { ClassifiedPod, PodSurroundings } from './pod-class.ts'

/**
 * What a drain does with a pod; `none` = it is left alone and nobody waits for it, `look-up` = it is left alone until it is
 * known what it is.
 */
export type PodAction = 'evict' | 'delete' | 'wait-end' | 'wait-completed' | 'look-up' | 'none'

/** A pod with what will happen to it. */
export interface PlannedPod extends ClassifiedPod {
  action: PodAction
  /** Its manifest is kept before it goes. */
  save: boolean
  /** The name of the rule that decided. */
  rule: string | undefined
  /** Of that rule: pods of a lower one go first. */
  order: number | undefined
}

/** Why a drain does not begin, or what will slow it. */
export type NoticeReason =
  | 'naked'
  | 'empty-dir'
  | 'local-data'
  | 'undecided-data'
  | 'do-not-evict'
  | 'two-budgets'
  | 'delete-unnamed'
  | 'may-run-twice'
  | 'budget-zero'
  | 'budget-operator'
  | 'budget-closed'
  | 'finalizers'
  | 'grace-too-long'
  | 'grace-past-budget'
  | 'tolerates-cordon'
  | 'other-daemon-set'
  | 'volume-stays'
  | 'will-delete'
  | 'may-delete'

/** One pod and one reason. */
export interface Notice {
  pod: string
  reason: NoticeReason
  /** Volumes, annotations, budgets or finalizers. */
  names: readonly string[]
}

export interface DrainPlan {
  node: string
  pods: readonly PlannedPod[]
  /** Nothing may be written while there is one. */
  refusals: readonly Notice[]
  warnings: readonly Notice[]
}

export interface PreflightInput extends PodSurroundings {
  node: string
  /** Undefined = nothing speaks against the node itself. */
  state?: Pick<DrainNode, 'isUnreachable' | 'isOutOfService'> | undefined
  pods: readonly DrainPod[]
  budgets: readonly DrainBudget[]
}

/** Judges all pods of a node before anything is written. */
export function preflight(input: PreflightInput, choices: DrainChoices): DrainPlan {
  const pods = input.pods.map((pod) => planPod(pod, input, choices)).sort(byPodName)
  return {
    node: input.node,
    pods,
    refusals: pods.flatMap((planned) => [
      ...refusalsOf(planned, input.budgets, choices),
      ...forceRefusals(planned, input.state, choices),
    ]),
    warnings: pods.flatMap((planned) => warningsOf(planned, input.budgets, choices)),
  }
}

/** Says what happens to one pod. */
export function planPod(pod: DrainPod, around: PodSurroundings, choices: DrainChoices): PlannedPod {
  const classified = classifyPod(pod, around)
  const alone = { ...classified, save: false, rule: undefined, order: undefined }
  if (['mirror', 'daemonset', 'terminal'].includes(classified.class)) return { ...alone, action: 'none' }
  if (classified.class === 'unknown') return { ...alone, action: 'look-up' }
  const rule = ruleFor(pod, choices.rules)
  if (rule?.behavior === 'Skip') return { ...alone, action: 'none', rule: rule.name }
  // It keeps its place in the order until it is gone.
  if (classified.class === 'terminating') return { ...alone, action: 'wait-end', order: rule?.order }
  const save = rule?.behavior === 'Save' || (classified.class === 'naked' && choices.naked === 'recreate')
  const decided = { ...classified, save, rule: rule?.name, order: rule?.order }
  if (rule?.behavior === 'WaitCompleted') return { ...decided, action: 'wait-completed' }
  return { ...decided, action: rule?.behavior === 'Delete' ? 'delete' : 'evict' }
}

/** What forbids to touch one pod; `rules` that name it are an explicit choice. */
export function refusalsOf(
  planned: PlannedPod,
  budgets: readonly DrainBudget[],
  choices: DrainChoices,
): Notice[] {
  const { pod, rule, localData, undecided, doNotEvict, save } = planned
  const notice = noticeOf(planned)
  const found: Notice[] = []
  // Also of one that stays: its data is lost with the disk of the node.
  if (undecided.length > 0) found.push(notice('undecided-data', undecided))
  if (!goes(planned)) return found
  if (planned.class === 'naked' && choices.naked === 'refuse' && !save) found.push(notice('naked', []))
  if (pod.emptyDirs.length > 0 && !choices.deleteEmptyDirData) found.push(notice('empty-dir', pod.emptyDirs))
  if (localData.length > 0 && !choices.leaveLocalData) found.push(notice('local-data', localData))
  if (doNotEvict.length > 0 && rule === undefined) found.push(notice('do-not-evict', doNotEvict))
  const covering = budgetsOf(pod, budgets)
  if (planned.action === 'delete') {
    if (!isNamed(planned, choices))
      found.push(notice('delete-unnamed', [rule ?? '', ...covering.map(budgetKey)]))
    return found
  }
  const [first, second] = covering
  const escalates = choices.escalate !== undefined && choices.escalate !== 'none'
  if (escalates && first !== undefined && isGraceTooLong(pod, choices))
    found.push(notice('grace-past-budget', [budgetKey(first)]))
  if (second !== undefined) found.push(notice('two-budgets', covering.map(budgetKey)))
  else if (first !== undefined && budgetKind(first) === 'structural-zero' && !mayGoUnready(pod, first))
    found.push(notice('budget-zero', [budgetKey(first)]))
  return found
}

/** Force was chosen, the node is not heard of, and this pod may go on there. */
function forceRefusals(planned: PlannedPod, state: PreflightInput['state'], choices: DrainChoices): Notice[] {
  const { escalate, forcePods = [] } = choices
  if (escalate !== 'force' || state?.isUnreachable !== true) return []
  if (['none', 'wait-completed'].includes(planned.action)) return []
  return mayForce(planned.pod, state, forcePods) ? [] : [noticeOf(planned)('may-run-twice', [])]
}

function warningsOf(planned: PlannedPod, budgets: readonly DrainBudget[], choices: DrainChoices): Notice[] {
  const { pod } = planned
  const notice = noticeOf(planned)
  const found: Notice[] = []
  if (planned.class === 'daemonset' && isOtherDaemonSet(pod)) {
    const { apiVersion = '', kind = '', name = '' } = pod.controller ?? {}
    found.push(notice('other-daemon-set', [`${apiVersion} ${kind}/${name}`]))
  }
  if (planned.action === 'none') {
    if (planned.class !== 'terminal' && pod.inlineVolumes.length > 0)
      found.push(notice('volume-stays', pod.inlineVolumes.map(inlineVolumeText)))
    return found
  }
  if (pod.finalizers.length > 0) found.push(notice('finalizers', pod.finalizers))
  if (!goes(planned)) return found
  // A drain that does not begin deletes nothing.
  const isRefused = refusalsOf(planned, budgets, choices).length > 0
  if (pod.toleratesCordon && planned.class === 'controlled') found.push(notice('tolerates-cordon', []))
  if (isGraceTooLong(pod, choices)) found.push(notice('grace-too-long', [`${graceOf(pod, choices)} s`]))
  const covering = budgetsOf(pod, budgets)
  if (planned.action === 'delete') {
    if (isNamed(planned, choices) && !isRefused)
      found.push(notice('will-delete', [planned.rule ?? '', ...covering.map(budgetKey)]))
    return found
  }
  const [budget, ...more] = covering
  if (budget === undefined || more.length > 0) return found
  if (choices.escalate !== undefined && choices.escalate !== 'none' && !isRefused)
    found.push(notice('may-delete', [budgetKey(budget)]))
  const kind = budgetKind(budget)
  if (kind === 'operator')
    found.push(notice('budget-operator', [budgetKey(budget), operatorOf(budget) ?? '']))
  if (kind === 'closed-now' && !mayGoUnready(pod, budget))
    found.push(notice('budget-closed', [budgetKey(budget)]))
  return found
}

/**
 * True when a pod that is not ready costs its budget nothing; one that has never started is let go whatever its budget says.
 * Sources: https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy, canIgnorePDB in
 * kubernetes/pkg/registry/core/pod/storage/eviction.go
 */
export function mayGoUnready(pod: Pick<DrainPod, 'isReady' | 'phase'>, budget: DrainBudget): boolean {
  if (pod.isReady) return false
  if (pod.phase === 'Pending') return true
  const { alwaysAllowsUnhealthy, currentHealthy, desiredHealthy } = budget
  return alwaysAllowsUnhealthy || (desiredHealthy > 0 && currentHealthy >= desiredHealthy)
}

/** True when the Delete rule of a pod is meant. */
function isNamed({ rule = '' }: PlannedPod, { deleteByRules = [] }: DrainChoices): boolean {
  return deleteByRules.includes(rule)
}

/** Seconds that a pod gets to end. */
function graceOf({ graceSeconds }: DrainPod, { gracePeriodSeconds }: DrainChoices): number {
  return graceFor({ ownSeconds: graceSeconds, mostSeconds: gracePeriodSeconds }) ?? graceSeconds
}

/** True when the pod would have to be told to end before its drain has begun. */
function isGraceTooLong(pod: DrainPod, choices: DrainChoices): boolean {
  const { timeoutMs } = choices
  return timeoutMs !== undefined && deleteAtMs(nodeDeadlines(0, timeoutMs).podsMs, graceOf(pod, choices)) <= 0
}

/** True when the drain makes the pod go. */
export function goes({ action }: Pick<PlannedPod, 'action'>): boolean {
  return action === 'evict' || action === 'delete'
}

function noticeOf({ pod }: PlannedPod): (reason: NoticeReason, names: readonly string[]) => Notice {
  return (reason, names) => ({ pod: podName(pod), reason, names })
}
