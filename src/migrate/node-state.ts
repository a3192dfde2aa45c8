import type { JournalEventBody, StepFailure } from '../model/journal-record.ts'
import type { StepMemory } from '../model/step.ts'
import type { StepName } from '../model/step-names.ts'

/** How far one step of a node is. */
export interface StepState {
  uses: StepName
  /** Undefined until it was begun or told of. */
  token: string | undefined
  /** How often it was begun; 0 for one that was found done, which is not ours to undo. */
  attempts: number
  /** Failures since the node was started, or started again. */
  failures: number
  status: 'started' | 'failed' | 'done'
  found: StepMemory | undefined
  result: StepMemory | undefined
  failure: StepFailure | undefined
  undo: 'none' | 'started' | 'done' | 'failed'
  undoFailure: StepFailure | undefined
}

export type NodeEnd = Extract<JournalEventBody, { type: 'node-ended' }>['outcome']

/** How far one node is. `returning` = what was started is undone; `rolling-back` = by the plan's rollback means. */
export interface NodeState {
  status: 'pending' | 'forward' | 'returning' | 'rolling-back' | 'ended'
  outcome: NodeEnd | undefined
  isPastPointOfNoReturn: boolean
  /**
   * Of the Node object, as the run has seen it come back last: a machine with another system may register anew. Undefined until
   * then: it is the one that was planned.
   */
  uid: string | undefined
  /** 1 for the first time that it was started; a node that was returned and starts anew has other tokens. */
  round: number
  /** By the place of the step in the plan. */
  steps: ReadonlyMap<number, StepState>
  /** Steps of the way back by the plan's rollback means, by their place in the plan; undefined until that was begun. */
  back: ReadonlyMap<number, StepState> | undefined
  /** Token of the step that has last replaced the system of the host, or put one back; undefined = nothing of this run has. */
  replacedBy: string | undefined
  /** What was found before the system was replaced in the last earlier round in which it was: what has to be there still. */
  foundInEarlierRound: StepMemory | undefined
}

/** The steps that count now: those of the way back once it was begun. */
export function stepsNow({ steps, back }: NodeState): ReadonlyMap<number, StepState> {
  return back ?? steps
}

/** A node of which nothing is in the journal. */
export const pendingNode: NodeState = {
  status: 'pending',
  outcome: undefined,
  isPastPointOfNoReturn: false,
  uid: undefined,
  round: 1,
  steps: new Map(),
  back: undefined,
  replacedBy: undefined,
  foundInEarlierRound: undefined,
}

/** What was found before the system of the node was last replaced, in this round or in an earlier one. */
export function foundBefore({ steps, foundInEarlierRound }: NodeState): StepMemory | undefined {
  const replacing = [...steps.values()].find(({ uses }) => uses === 'host.provision')
  return replacing?.found ?? foundInEarlierRound
}

/** The state of a node after one more event of it: the only thing that tells where a node is, before and after a kill. */
export function nodeAfter(state: NodeState, body: JournalEventBody): NodeState {
  switch (body.type) {
    case 'node-started':
      return state.status === 'ended' ? reopened(state) : { ...state, status: 'forward' }
    case 'step-started':
      return withStep(state, body, (step) => ({
        ...step,
        status: 'started',
        attempts: step.attempts + 1,
        // What the first look has seen counts: a later one sees our own work, too.
        found: step.attempts === 0 ? body.found : step.found,
      }))
    case 'step-done':
      return replaced(
        withStep({ ...state, uid: uidAfter(state, body) }, body, (step) => ({
          ...step,
          status: 'done',
          result: body.result,
        })),
        body,
      )
    case 'step-failed':
      return withStep(state, body, (step) => ({
        ...step,
        status: 'failed',
        failures: step.failures + 1,
        failure: body.failure,
      }))
    case 'point-of-no-return':
      return { ...state, isPastPointOfNoReturn: true }
    case 'node-returning':
      return { ...state, status: 'returning' }
    case 'node-rolling-back':
      return rollingBack(state)
    case 'undo-started':
      return withStep(state, body, (step) => ({
        ...step,
        undo: 'started',
        // Later looks may see the old system, that came back meanwhile.
        found: step.found ?? body.found,
      }))
    case 'undo-done':
      return replaced(
        withStep(state, body, (step) => ({ ...step, undo: 'done' })),
        state.back === undefined ? undefined : body,
      )
    case 'undo-failed':
      return withStep(state, body, (step) => ({ ...step, undo: 'failed', undoFailure: body.failure }))
    case 'node-ended':
      return { ...state, status: 'ended', outcome: body.outcome }
    // Of the run, or only for people.
    default:
      return state
  }
}

/** True when the node is not, or not surely, as it was or as it is to be: it counts among those that are away. */
export function isAway({ status, outcome }: NodeState): boolean {
  return status === 'forward' || status === 'returning' || status === 'rolling-back' || outcome === 'failed'
}

/**
 * A node that is tried once more: one that was returned or rolled back from the beginning, one that has failed onward when it
 * is past its point of no return, else further back. One whose way back was begun has only that way.
 */
function reopened(state: NodeState): NodeState {
  const { outcome, round, replacedBy, uid } = state
  if (outcome !== 'failed') {
    const known = { replacedBy, uid, foundInEarlierRound: foundBefore(state) }
    return { ...pendingNode, status: 'forward', round: round + 1, ...known }
  }
  if (state.back !== undefined) return rollingBack(state)
  const steps = triedAgain(state.steps)
  if (state.isPastPointOfNoReturn) return { ...state, outcome: undefined, status: 'forward', steps }
  // That it has failed is still so, however well it is given back.
  const kept = [...steps].map(([index, step]): [number, StepState] => [
    index,
    { ...step, failures: state.steps.get(index)?.failures ?? 0 },
  ])
  return { ...state, outcome: undefined, status: 'returning', steps: new Map(kept) }
}

/** An undo replaces a system on the way back only: before the point of no return the old one is still there. */
function replaced(state: NodeState, body: { uses: StepName; token: string } | undefined): NodeState {
  return body?.uses === 'host.provision' ? { ...state, replacedBy: body.token } : state
}

/** Who waits for a node to come back tells which object it is then. */
function uidAfter(
  { uid: known }: NodeState,
  { uses, result }: Extract<JournalEventBody, { type: 'step-done' }>,
): string | undefined {
  const uid = uses === 'node.wait-ready' ? result['uid'] : undefined
  return typeof uid === 'string' ? uid : known
}

function rollingBack(state: NodeState): NodeState {
  return {
    ...state,
    outcome: undefined,
    status: 'rolling-back',
    back: triedAgain(state.back ?? new Map<number, StepState>()),
  }
}

function triedAgain(steps: ReadonlyMap<number, StepState>): ReadonlyMap<number, StepState> {
  return new Map(
    [...steps].map(([index, step]): [number, StepState] => [
      index,
      { ...step, failures: 0, undo: step.undo === 'failed' ? 'none' : step.undo },
    ]),
  )
}

const untouched = {
  token: undefined,
  attempts: 0,
  failures: 0,
  status: 'failed',
  found: undefined,
  result: undefined,
  failure: undefined,
  undo: 'none',
  undoFailure: undefined,
} as const

function withStep(
  state: NodeState,
  { index, uses, token }: { index: number; uses: StepName; token: string },
  change: (step: StepState) => StepState,
): NodeState {
  const steps = new Map(stepsNow(state))
  const earlier = steps.get(index) ?? { ...untouched, uses }
  steps.set(index, change({ ...earlier, token: earlier.token ?? token }))
  return state.back === undefined ? { ...state, steps } : { ...state, back: steps }
}
