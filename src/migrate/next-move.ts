import type { PlannedNode } from '../model/plan.ts'
import { phases, type Phase } from '../model/playbook.ts'
import { isRetried, stepStuck } from './failure-rules.ts'
import type { NodeState, StepState } from './node-state.ts'
import { wayBack } from './way-back.ts'

/** What comes next for a node. `held` = it is as far as was asked for. */
export type Move =
  | { kind: 'step'; index: number }
  | { kind: 'fail'; index: number }
  | { kind: 'undo'; index: number }
  | { kind: 'end'; outcome: 'done' | 'returned' | 'rolled-back' | 'failed' }
  | { kind: 'held' }
  | { kind: 'ended' }

export interface MoveOptions {
  /** The last phase that is asked for. */
  until: Phase
  canUndo: (index: number) => boolean
}

/** Decides by nothing but the plan and the events of the node. `fail` = it goes back from here on. */
export function nextMove(state: NodeState, node: PlannedNode, { until, canUndo }: MoveOptions): Move {
  if (state.status === 'ended') return { kind: 'ended' }
  if (state.status === 'rolling-back') return nextOfWayBack(state, node)
  return state.status === 'returning' ? nextUndo(state, canUndo) : nextStep(state, node, until)
}

/** What replaced the old system is undone by the plan's rollback means; the other steps are done as on the way forward. */
function nextOfWayBack(state: NodeState, node: PlannedNode): Move {
  for (const { index, isUndo } of wayBack(state, node)) {
    const step = state.back?.get(index)
    if (isUndo ? step?.undo === 'done' : step?.status === 'done') continue
    if (isUndo && step?.undo === 'failed') return { kind: 'end', outcome: 'failed' }
    if (!isUndo && step !== undefined && hasFailed(step)) return { kind: 'end', outcome: 'failed' }
    return { kind: isUndo ? 'undo' : 'step', index }
  }
  return { kind: 'end', outcome: 'rolled-back' }
}

function hasFailed({ status, failure, failures }: StepState): boolean {
  return status === 'failed' && failure !== undefined && failures > 0 && !isRetried(failure, failures)
}

function nextStep(state: NodeState, node: PlannedNode, until: Phase): Move {
  const index = node.steps.findIndex((_, at) => state.steps.get(at)?.status !== 'done')
  const planned = node.steps[index]
  if (planned === undefined) return { kind: 'end', outcome: 'done' }
  const step = state.steps.get(index)
  if (step !== undefined && step.uses !== planned.uses)
    throw new Error(
      `step ${index} of ${node.name} is ${planned.uses} in the plan and ${step.uses} in the journal`,
    )
  // A node that is tried again begins with the step that has failed.
  if (step !== undefined && hasFailed(step)) {
    // The act of a step that is stuck may go on in this process: nothing may be done beside it.
    const isFinal = state.isPastPointOfNoReturn || step.failure?.code === stepStuck
    return isFinal ? { kind: 'end', outcome: 'failed' } : { kind: 'fail', index }
  }
  return phases.indexOf(planned.phase) > phases.indexOf(until) ? { kind: 'held' } : { kind: 'step', index }
}

function nextUndo(state: NodeState, canUndo: (index: number) => boolean): Move {
  const started = [...state.steps].filter(([index, { attempts }]) => attempts > 0 && canUndo(index))
  const open = started.filter(([, { undo }]) => undo === 'none' || undo === 'started')
  if (open.length > 0) return { kind: 'undo', index: Math.max(...open.map(([index]) => index)) }
  const hasFailed = started.some(([, { undo }]) => undo === 'failed')
  return { kind: 'end', outcome: hasFailed ? 'failed' : 'returned' }
}
