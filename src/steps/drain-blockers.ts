import { podName } from '../model/drain-pod.ts'
import type { BudgetLedger } from './budget-ledger.ts'
import type { PodTask } from './pick-evictions.ts'

/** What a pod waits for. */
export type BlockerCause =
  | 'budget'
  | 'budget-behind'
  | 'finalizer'
  | 'grace'
  | 'order'
  | 'completion'
  | 'unknown'
  | 'retry'
  | 'refused'

/** One pod that is still on the node, and why. */
export interface Blocker {
  pod: string
  uid: string
  cause: BlockerCause
  /** The budget with its numbers, the finalizers, the controller: whatever belongs to the cause. */
  detail: string
  owner: string
}

/** Why each pod of a node that has to go is still there, in name order. */
export function blockersOf(
  tasks: readonly PodTask[],
  ledger: Pick<BudgetLedger, 'get' | 'credits'>,
  nowMs: number,
): Blocker[] {
  return tasks
    .filter(({ planned }) => planned.action !== 'none')
    .map((task): Blocker => {
      const { pod } = task.planned
      const { controller } = pod
      const owner = controller === undefined ? '' : `${controller.kind}/${controller.name}`
      return { pod: podName(pod), uid: pod.uid, owner, ...causeOf(task) }
    })
    .sort((a, b) => (a.pod < b.pod ? -1 : 1))

  function causeOf(task: PodTask): Pick<Blocker, 'cause' | 'detail'> {
    const { planned, state, notBeforeMs } = task
    const { pod, action } = planned
    if (pod.deletionTimestamp !== undefined) {
      if (pod.finalizers.length > 0) return { cause: 'finalizer', detail: pod.finalizers.join(', ') }
      return { cause: 'grace', detail: `until ${pod.deletionTimestamp}` }
    }
    if (action === 'look-up') return { cause: 'unknown', detail: '' }
    if (state === 'failed') return { cause: 'refused', detail: '' }
    if (state === 'sent' || state === 'posting') return { cause: 'grace', detail: `${pod.graceSeconds} s` }
    if (action === 'wait-completed') return { cause: 'completion', detail: pod.phase }
    const closed = task.budgets.find((key) => ledger.credits(key, nowMs) < 1)
    const budget = closed === undefined ? undefined : ledger.get(closed)
    if (budget !== undefined) {
      const { currentHealthy, desiredHealthy, rule, isCurrent } = budget
      if (!isCurrent) return { cause: 'budget-behind', detail: `${closed}` }
      return {
        cause: 'budget',
        detail: `${closed} (${rule}: ${currentHealthy} healthy, ${desiredHealthy} needed)`,
      }
    }
    return notBeforeMs > nowMs ? { cause: 'retry', detail: '' } : { cause: 'order', detail: '' }
  }
}
