import type { PlannedNode } from '../model/plan.ts'
import { phases, type Phase } from '../model/playbook.ts'
import { isRetried, stepStuck } from './failure-rules.ts'
import type { NodeState } from './node-state.ts'

/** What comes next for a node. `held` = it is as far as was asked for. */
export type Move =
  | { kind: 'step'; index: number }
  | { kind: 'fail'; index: number }
  | { kind: 'undo'; index: number }
  | { kind: 'end'; outcome: 'done' | 'returned' | 'failed' }
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
  return state.status === 'returning' ? nextUndo(state, canUndo) : nextStep(state, node, until)
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
  if (step?.status === 'failed' && step.failure !== undefined && step.failures > 0) {
    const { failure, failures } = step
    // The act of a step that is stuck may go on in this process: nothing may be done beside it.
    const isFinal = state.isPastPointOfNoReturn || failure.code === stepStuck
    if (!isRetried(failure, failures))
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
