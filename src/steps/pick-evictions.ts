import { podName } from '../model/drain-pod.ts'
import { goes, type PlannedPod } from './drain-preflight.ts'
import type { EscalationStep } from './escalation.ts'

/** One pod that has to go, and how far that is. */
export interface PodTask {
  planned: PlannedPod
  node: string
  /** Keys of the budgets that it waits for; none for a pod that costs nothing, or that passes by its budgets. */
  budgets: readonly string[]
  /** Keys of the budgets that it passes by: what they let go is less by it all the same. */
  passesBy: readonly string[]
  /** `sent` = the server has taken the eviction; the pod is still there. */
  state: 'waiting' | 'posting' | 'sent' | 'failed'
  /** Not to be tried before. */
  notBeforeMs: number
  /** The server has said that a budget holds it back, whichever that is. */
  isRefused?: boolean
  /** The last step of the ladder that was taken. */
  escalated?: EscalationStep
}

export interface PickInput {
  tasks: readonly PodTask[]
  /** Names of draining nodes in the order in which they were admitted. */
  nodes: readonly string[]
  credits: (budget: string) => number
  nowMs: number
  /** True for a pod whose time is nearly over: it waits for its budgets, but for no other pod. */
  isPressed?: (task: PodTask) => boolean
}

/** Answers that may be awaited at once, a node. */
const postingANode = 20

/** Which pods to evict now, in order; takes no more than each budget has and than the bound of answers awaited. */
export function pickEvictions({
  tasks,
  nodes,
  credits,
  nowMs,
  isPressed = () => false,
}: PickInput): PodTask[] {
  const order = new Map(nodes.map((node, index) => [node, index]))
  const waiting = tasks.filter(
    ({ state, node, planned, notBeforeMs }) =>
      state === 'waiting' && order.has(node) && goes(planned) && notBeforeMs <= nowMs,
  )
  const open = openRanks(tasks)
  const left = new Map<string, number>()
  let room = postingANode * nodes.length - tasks.filter(({ state }) => state === 'posting').length
  const picked: PodTask[] = []
  const nodeOf = (task: PodTask): number => order.get(task.node) ?? 0
  for (const task of waiting.sort((a, b) => nodeOf(a) - nodeOf(b) || compareTasks(a, b))) {
    if (room <= 0) break
    const rank = open.get(task.node)
    if (rank !== undefined && compareRanks(rankOf(task), rank) > 0 && !isPressed(task)) continue
    const has = (budget: string): number => left.get(budget) ?? credits(budget)
    if (!task.budgets.every((budget) => has(budget) >= 1)) continue
    for (const budget of task.budgets) left.set(budget, has(budget) - 1)
    picked.push(task)
    room -= 1
  }
  return picked
}

/** Order and tier: a pod goes when no pod of a lower rank is left on its node. */
type Rank = readonly [order: number, tier: number]

/**
 * The order that a rule gives decides; in one order, what runs by itself to its end is waited for first, then normal pods go,
 * critical ones last. Without a rule's order critical pods come after everything.
 */
function rankOf({ planned: { action, isCritical, order } }: PodTask): Rank {
  if (action === 'wait-completed') return [order ?? 0, 0]
  return isCritical ? [order ?? Number.MAX_SAFE_INTEGER, 2] : [order ?? 0, 1]
}

function compareRanks(a: Rank, b: Rank): number {
  return a[0] - b[0] || a[1] - b[1]
}

/** The lowest rank of each node of which a pod is still there. */
function openRanks(tasks: readonly PodTask[]): Map<string, Rank> {
  const open = new Map<string, Rank>()
  for (const task of tasks) {
    if (task.planned.action === 'none') continue
    const [lowest, rank] = [open.get(task.node), rankOf(task)]
    if (lowest === undefined || compareRanks(rank, lowest) < 0) open.set(task.node, rank)
  }
  return open
}

/** Unready pods first, as they may cost nothing; then what takes longest: volumes and long grace. */
function compareTasks(a: PodTask, b: PodTask): number {
  const [one, other] = [a.planned.pod, b.planned.pod]
  return (
    Number(one.isReady) - Number(other.isReady) ||
    Math.sign(other.claims.length) - Math.sign(one.claims.length) ||
    other.graceSeconds - one.graceSeconds ||
    (podName(one) < podName(other) ? -1 : 1)
  )
}
