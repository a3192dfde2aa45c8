import { budgetKey, type DrainBudget } from '../model/drain-budget.ts'

/**
 * How many pods each budget lets go now, without asking the server: what its last event allows, less what was sent since
 * and is not yet counted in it.
 */
export interface BudgetLedger {
  /** An event, or a list, told the state of a budget. */
  onBudget(budget: DrainBudget): void
  onBudgetGone(budget: Pick<DrainBudget, 'namespace' | 'name'>): void
  all(): readonly DrainBudget[]
  get(key: string): DrainBudget | undefined
  /** Grows whenever the set of budgets, or what one selects, has changed. */
  epoch(): number
  /** An eviction that costs the budget is on its way. */
  onSent(key: string, pod: { uid: string; name: string }): void
  /** It cost nothing: it was refused, or there was nothing to evict. */
  onRefused(key: string, uid: string): void
  /** The server sees less than the last event: nothing is sent before the next one, or before the time for one try. */
  onClosed(key: string, retryAtMs: number, isBehind?: boolean): void
  /** True while the budget's controller is behind: that nothing is let go says nothing about the pods. */
  isBehind(key: string): boolean
  /** The pod is seen to end or to be gone: the next event counts it, or the one that did was missed in a new list. */
  onEnding(uid: string, nowMs: number): void
  /** Never below zero. */
  credits(key: string, nowMs: number): number
  /** When credits may change without an event. */
  changesAtMs(key: string): readonly number[]
}

interface Account {
  budget: DrainBudget
  /** Sent, and not yet in an event: by UID of the pod. */
  uncounted: Map<string, { name: string; endingAtMs: number | undefined }>
  closed: { resourceVersion: string; retryAtMs: number; isBehind: boolean } | undefined
}

/** The event that counts a pod is older than the pod's end: after so long it is in the state of the budget already. */
const missedMs = 5000

export function createBudgetLedger(): BudgetLedger {
  const accounts = new Map<string, Account>()
  let epoch = 0
  return {
    onBudget(budget): void {
      const key = budgetKey(budget)
      const known = accounts.get(key)
      if (known === undefined || !selectsTheSame(known.budget, budget)) epoch += 1
      const disrupted = new Set(budget.disruptedPods)
      const uncounted = [...(known?.uncounted ?? [])].filter(
        ([, { name, endingAtMs }]) => endingAtMs === undefined && !disrupted.has(name),
      )
      const stillClosed = known?.closed?.resourceVersion === budget.resourceVersion
      accounts.set(key, {
        budget,
        uncounted: new Map(uncounted),
        closed: stillClosed ? known?.closed : undefined,
      })
    },
    onBudgetGone(budget): void {
      if (accounts.delete(budgetKey(budget))) epoch += 1
    },
    all: () => [...accounts.values()].map(({ budget }) => budget),
    get: (key) => accounts.get(key)?.budget,
    epoch: () => epoch,
    onSent(key, { uid, name }): void {
      accounts.get(key)?.uncounted.set(uid, { name, endingAtMs: undefined })
    },
    onRefused(key, uid): void {
      accounts.get(key)?.uncounted.delete(uid)
    },
    onClosed(key, retryAtMs, isBehind = false): void {
      const account = accounts.get(key)
      if (account !== undefined)
        account.closed = { resourceVersion: account.budget.resourceVersion, retryAtMs, isBehind }
    },
    isBehind(key): boolean {
      const account = accounts.get(key)
      return account?.budget.isCurrent === false || account?.closed?.isBehind === true
    },
    onEnding(uid, nowMs): void {
      for (const { uncounted } of accounts.values()) {
        const sent = uncounted.get(uid)
        if (sent !== undefined) sent.endingAtMs ??= nowMs
      }
    },
    credits(key, nowMs): number {
      const account = accounts.get(key)
      if (account === undefined) return Number.POSITIVE_INFINITY
      const { budget, uncounted, closed } = account
      // One try, and only while nothing else is on its way.
      const missed = [...uncounted.values()].filter(
        ({ endingAtMs }) => endingAtMs !== undefined && nowMs >= endingAtMs + missedMs,
      )
      const onTheWay = uncounted.size - missed.length
      if (closed !== undefined) return nowMs >= closed.retryAtMs && onTheWay === 0 ? 1 : 0
      // While the controller has not seen the spec the server refuses everything.
      return budget.isCurrent ? Math.max(0, budget.allowed - onTheWay) : 0
    },
    changesAtMs(key): number[] {
      const { closed, uncounted } = accounts.get(key) ?? {}
      const ending = [...(uncounted?.values() ?? [])].flatMap(({ endingAtMs }) =>
        endingAtMs === undefined ? [] : [endingAtMs + missedMs],
      )
      return closed === undefined ? ending : [...ending, closed.retryAtMs]
    },
  }
}

function selectsTheSame(a: DrainBudget, b: DrainBudget): boolean {
  return a.uid === b.uid && JSON.stringify(a.selector) === JSON.stringify(b.selector)
}
