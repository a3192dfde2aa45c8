import type { Plan } from '../model/plan.ts'
import { pendingNode } from './node-state.ts'
import { selectedNodes, type RunSelection } from './run-selection.ts'
import type { RunState } from './run-state.ts'

/** What was asked of a run, and how far the run is. */
export interface Reach {
  selection: RunSelection
  /** It is aborted: no node is begun any more. */
  isAborting: boolean
  state: RunState
}

/** Names of the nodes of which nothing was begun and that may be begun now. */
export function nodesToBegin(plan: Plan, { selection, isAborting, state }: Reach): ReadonlySet<string> {
  const isOnlyBack = selection.rollback !== undefined
  if (isOnlyBack || isAborting || state.isAborting) return new Set()
  const chosen = [...selectedNodes(plan, selection)]
  return new Set(chosen.filter((name) => (state.nodes.get(name) ?? pendingNode).status === 'pending'))
}

/** Names of the nodes on which something may be done now: those to begin, those under way, and those to try again or bring back. */
export function nodesInReach(plan: Plan, reach: Reach): ReadonlySet<string> {
  const { selection, state } = reach
  const { retry = [], rollback = [] } = selection
  const again = new Set([...retry, ...rollback])
  const begun = [...selectedNodes(plan, selection)].filter((name) => {
    const { status } = state.nodes.get(name) ?? pendingNode
    return status !== 'pending' && (status !== 'ended' || again.has(name))
  })
  return new Set([...nodesToBegin(plan, reach), ...begun])
}
