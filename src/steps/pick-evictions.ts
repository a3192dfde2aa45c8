import { podName } from '../model/drain-pod.ts'
import type { PlannedPod } from './drain-preflight.ts'

/** One pod that has to go, and how far that is. */
export interface PodTask {
  planned: PlannedPod
  node: string
  /** Keys of the budgets that it costs; none for a pod that costs nothing. */
  budgets: readonly string[]
  /** `sent` = the server has taken the eviction; the pod is still there. */
  state: 'waiting' | 'posting' | 'sent' | 'failed'
  /** Not to be tried before. */
  notBeforeMs: number
}

export interface PickInput {
  tasks: readonly PodTask[]
  /** Names of draining nodes in the order in which they were admitted. */
  nodes: readonly string[]
  credits: (budget: string) => number
  nowMs: number
}

/** Answers that may be awaited at once, a node. */
const postingANode = 20

/** Which pods to evict now, in order; takes no more than each budget has and than the bound of answers awaited. */
export function pickEvictions({ tasks, nodes, credits, nowMs }: PickInput): PodTask[] {
  const order = new Map(nodes.map((node, index) => [node, index]))
  const waiting = tasks.filter(
    ({ state, node, planned, notBeforeMs }) =>
      state === 'waiting' && order.has(node) && planned.action === 'evict' && notBeforeMs <= nowMs,
  )
  const open = openTiers(tasks)
  const left = new Map<string, number>()
  let room = postingANode * nodes.length - tasks.filter(({ state }) => state === 'posting').length
  const picked: PodTask[] = []
  const nodeOf = (task: PodTask): number => order.get(task.node) ?? 0
  for (const task of waiting.sort((a, b) => nodeOf(a) - nodeOf(b) || compareTasks(a, b))) {
    if (room <= 0) break
    if (tierOf(task) > (open.get(task.node) ?? 0)) continue
    const has = (budget: string): number => left.get(budget) ?? credits(budget)
    if (!task.budgets.every((budget) => has(budget) >= 1)) continue
    for (const budget of task.budgets) left.set(budget, has(budget) - 1)
    picked.push(task)
    room -= 1
  }
  return picked
}

/** What runs by itself to its end is waited for first, then normal pods go, critical ones last. */
function tierOf({ planned: { action, isCritical } }: PodTask): number {
  if (action === 'wait-completed') return 0
  return isCritical ? 2 : 1
}

/** The lowest tier of each node of which a pod is still there. */
function openTiers(tasks: readonly PodTask[]): Map<string, number> {
  const open = new Map<string, number>()
  for (const task of tasks) {
    if (task.planned.action === 'none') continue
    open.set(task.node, Math.min(open.get(task.node) ?? Number.POSITIVE_INFINITY, tierOf(task)))
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
