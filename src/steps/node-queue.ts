import type { Clock } from '../model/ports.ts'
import type { ClusterView } from './cluster-view.ts'
import { admitNodes, allowedNow, type WaitingNode } from './node-admission.ts'

/** Nodes that are drained at once by one run: none begins that could wait for budgets of another for ever. */
export interface Admission {
  /** Resolves with true when the node may begin, with false when its time is over. */
  enter(node: string, options: EnterOptions): Promise<boolean>
  /** It is done with, or does not wait any more. */
  leave(node: string): void
}

export interface EnterOptions {
  /** Budgets that its evictions cost, as they are now. */
  needs: () => readonly string[]
  /** On the clock that never jumps. */
  deadlineMs: number
  signal: AbortSignal
  /** Called when it has to wait, with the budgets that are spoken for. */
  onWait: (budgets: readonly string[]) => void
}

export function createAdmission(
  { ledger, wake }: Pick<ClusterView, 'ledger' | 'wake'>,
  clock: Clock,
): Admission {
  const waiting = new Map<string, EnterOptions['needs']>()
  const active = new Map<string, EnterOptions['needs']>()
  const allowed = (key: string): number => allowedNow(ledger, key)
  const all = (nodes: ReadonlyMap<string, EnterOptions['needs']>): WaitingNode[] =>
    [...nodes].map(([node, needs]) => ({ node, budgets: needs() }))

  function taken(needs: readonly string[]): string[] {
    const reserved = all(active).flatMap(({ budgets }) => budgets)
    return needs.filter((key) => allowed(key) - reserved.filter((other) => other === key).length < 1)
  }

  return {
    async enter(node, { needs, deadlineMs, signal, onWait }): Promise<boolean> {
      waiting.set(node, needs)
      try {
        for (;;) {
          signal.throwIfAborted()
          // How many nodes are away at a time is the caller's to say.
          const input = {
            waiting: all(waiting),
            active: all(active),
            allowed,
            maxNodes: Number.POSITIVE_INFINITY,
          }
          if (admitNodes(input).includes(node)) {
            active.set(node, needs)
            return true
          }
          if (clock.monotonicMs() >= deadlineMs) return false
          onWait(taken(needs()))
          await wake.changed(deadlineMs, signal)
        }
      } finally {
        waiting.delete(node)
        wake.notify()
      }
    },
    leave(node): void {
      if (active.delete(node)) wake.notify()
    },
  }
}
