import type { ErrorCode } from '../model/errors.ts'
import type { StepFailure } from '../model/journal-record.ts'
import {
  isLeftCordoned,
  notesIn,
  openNotes,
  type LeftCordonedReason,
  type NodeNote,
} from '../model/node-note.ts'
import type { Plan, RollbackMeans } from '../model/plan.ts'
import type { StepName } from '../model/step-names.ts'
import { fleetEffect, isRetried } from './failure-rules.ts'
import { isAway, pendingNode, stepsNow, type NodeState } from './node-state.ts'
import type { RunState } from './run-state.ts'

/** A step that was not done, or not undone. */
export interface FailedStep {
  uses: StepName
  failure: StepFailure
}

/** How one node of the plan ended, or where it is. */
export interface NodeResult {
  node: string
  state:
    | 'not-started'
    | 'under-way'
    | 'going-back'
    | 'done'
    | 'returned'
    | 'failed'
    | 'rolled-back'
    | 'skipped'
  isPastPointOfNoReturn: boolean
  failed: FailedStep | undefined
  /** What of it could not be given back. */
  notUndone: readonly FailedStep[]
  /** The way back, by the plan: for one that has failed past its point of no return. */
  rollback: RollbackMeans | undefined
  /** What is to be known of it although its steps are done. */
  notes: readonly NodeNote[]
}

/** Why no further node was started. */
export type Halt =
  | 'interrupted'
  | 'aborted'
  | 'failures'
  /** Nodes that failed or were left use up what may be away at a time. */
  | 'no-room'
  | 'gate'
  | 'window'
  /** See `error`. */
  | 'error'

export interface RunResult {
  /**
   * DESIGN section 8: done, done with a node that is left cordoned, stopped and resumable, a node failed and could not be
   * returned, a node was returned or rolled back. When nodes were asked to be brought back 0 = they are.
   */
  exitCode: 0 | 2 | 6 | 7 | 8
  isResumable: boolean
  halt: Halt | undefined
  /** What the gate or the window said. */
  message: string | undefined
  /** Of the errors by which nodes were refused, when they were. */
  codes?: readonly ErrorCode[]
  /** What made going on impossible: of the journal or the lock. */
  error: unknown
  /** Names of the nodes that were asked for. */
  asked: ReadonlySet<string>
  /** All of the plan. */
  nodes: readonly NodeResult[]
}

/** Every node of the plan by its events, in the plan's order. */
export function nodeResults(plan: Plan, { nodes }: RunState): NodeResult[] {
  return plan.nodes.map(({ name, rollback }) => {
    const state = nodes.get(name) ?? pendingNode
    const { isPastPointOfNoReturn, outcome } = state
    return {
      node: name,
      state: wordOf(state),
      isPastPointOfNoReturn,
      failed: failedStep(state),
      notUndone: [...stepsNow(state).values()].flatMap(({ uses, undo, undoFailure }) =>
        undo === 'failed' && undoFailure !== undefined ? [{ uses, failure: undoFailure }] : [],
      ),
      rollback: outcome === 'failed' && isPastPointOfNoReturn ? rollback.means : undefined,
      notes: notesOf(state, nodes),
    }
  })
}

function notesOf(state: NodeState, nodes: RunState['nodes']): NodeNote[] {
  return openNotes(allNotes(state), (name) => {
    const other = nodes.get(name) ?? pendingNode
    return other.outcome !== 'done' || isLeftCordoned(allNotes(other))
  })
}

function allNotes(state: NodeState): NodeNote[] {
  return [...stepsNow(state).values()]
    .filter(({ status }) => status === 'done')
    .flatMap(({ result }) => notesIn(result))
}

function wordOf({ status, outcome }: NodeState): NodeResult['state'] {
  if (outcome !== undefined) return outcome
  if (status === 'returning' || status === 'rolling-back') return 'going-back'
  return status === 'pending' ? 'not-started' : 'under-way'
}

/** A state never changes; that of a whole fleet is looked at after each event. */
const failedSteps = new WeakMap<NodeState, FailedStep | null>()

/** The step for which a node goes back or has failed; undefined while another attempt is due. */
function failedStep(state: NodeState): FailedStep | undefined {
  const known = failedSteps.get(state)
  if (known !== undefined) return known ?? undefined
  const found = findFailedStep(state)
  failedSteps.set(state, found ?? null)
  return found
}

function findFailedStep({ steps, back }: NodeState): FailedStep | undefined {
  // What went wrong on the way back is why it is where it is.
  for (const { status, uses, failure, failures } of [...(back?.values() ?? []), ...steps.values()])
    // One that is tried once more has no failures until it fails again.
    if (status === 'failed' && failure !== undefined && failures > 0 && !isRetried(failure, failures))
      return { uses, failure }
  return undefined
}

/** What the failures so far mean: nothing, that no further node starts, or that nodes on their way go back, too. */
export function failureHalt(plan: Plan, { nodes }: RunState): 'none' | 'no-starts' | 'return' {
  const failed = [...nodes.values()].flatMap((state) => failedStep(state) ?? [])
  const broken = [...nodes.values()].filter(({ outcome }) => outcome === 'failed').length
  const effects = failed.map(({ failure }) => fleetEffect(failure))
  if (effects.includes('return')) return 'return'
  const isOver = Math.max(failed.length, broken) > plan.limits.failureBudget
  return isOver || effects.includes('no-starts') ? 'no-starts' : 'none'
}

/** How many nodes are away, or may be. */
export function awayCount({ nodes }: RunState): number {
  return [...nodes.values()].filter(isAway).length
}

/**
 * The exit code by what became of the nodes; `isComplete` = all that was asked for was done. A node that has failed or was
 * returned counts for as long as the run has it so, also when it was not asked for.
 */
export function exitCodeOf(
  results: readonly NodeResult[],
  { asked, isComplete, isAborted }: Pick<RunResult, 'asked'> & { isComplete: boolean; isAborted: boolean },
): RunResult['exitCode'] {
  if (results.some(({ state }) => state === 'failed')) return 7
  const isBack = results.some(({ state }) => state === 'returned' || state === 'rolled-back')
  if (isAborted || isBack) return 8
  return isComplete ? doneCodeOf({ nodes: results, asked }) : 6
}

/** A node that takes no pods is not done as it was meant to be, whoever has cordoned it. */
export function doneCodeOf(result: Pick<RunResult, 'nodes' | 'asked'>): 0 | 2 {
  return leftCordoned(result).length > 0 ? 2 : 0
}

/** Which of the nodes that were asked for have stayed cordoned, and why. */
export function leftCordoned({
  nodes,
  asked,
}: Pick<RunResult, 'nodes' | 'asked'>): { node: string; why: LeftCordonedReason }[] {
  return nodes
    .filter(({ node }) => asked.has(node))
    .flatMap(({ node, notes }) =>
      notes.flatMap((note) => (note.kind === 'left-cordoned' ? [{ node, why: note.why }] : [])),
    )
}
