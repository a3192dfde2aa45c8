import type { JournalEventBody } from '../model/journal-record.ts'
import type { Plan } from '../model/plan.ts'
import { phases, type Phase } from '../model/playbook.ts'
import type { Refusal } from './admission.ts'
import type { Engine } from './engine.ts'
import { pendingNode, type NodeState } from './node-state.ts'
import {
  doneCodeOf,
  exitCodeOf,
  nodeResults,
  type Halt,
  type NodeResult,
  type RunResult,
} from './run-outcome.ts'
import { isBack } from './run-selection.ts'

export interface EndRunOptions<Ports> {
  engine: Engine<Ports>
  /** Names of the nodes that were asked for. */
  chosen: ReadonlySet<string>
  /** They are not all of the plan, or are held before its end. */
  isPart: boolean
  /** `back` = they were asked to be brought back. */
  until: Phase | 'back'
  refusal: Refusal | undefined
  halt: Halt | undefined
  /** Awaited before the record of the end. */
  letGo?: (() => Promise<void>) | undefined
}

type RunEnd = Extract<JournalEventBody, { type: 'run-ended' }>['outcome']

/** Closes a run that has come to its end, or the part of it that was asked for, and tells how it is. */
export async function endRun<Ports>(plan: Plan, options: EndRunOptions<Ports>): Promise<RunResult> {
  const { engine, chosen, until, refusal, halt } = options
  try {
    const outcome = outcomeOf(plan, options)
    const isStopped = engine.over.aborted || engine.broken.aborted
    if (outcome !== undefined && engine.state().status === 'running' && !isStopped) {
      await options.letGo?.()
      engine.record(null, { type: 'run-ended', outcome })
    } else if (engine.state().status === 'running' && !isStopped && isPartOver(plan, options)) {
      await options.letGo?.()
      engine.record(null, { type: 'part-done' })
    }
  } catch (error) {
    engine.stop(error)
  }
  const state = engine.state()
  const nodes = nodeResults(plan, state)
  const asked = plan.nodes.filter(({ name }) => chosen.has(name))
  const isComplete = asked.every((node) => {
    const nodeState = state.nodes.get(node.name) ?? pendingNode
    return until === 'back' ? isBack(nodeState) : isAsFar(nodeState, node.steps, until)
  })
  return {
    exitCode:
      until === 'back'
        ? exitCodeOfReturn(nodes, { asked: chosen, isComplete })
        : exitCodeOf(nodes, { asked: chosen, isComplete, isAborted: state.outcome === 'aborted' }),
    isResumable: state.status !== 'ended',
    halt: isComplete ? undefined : (refusal?.halt ?? halt),
    message: refusal?.message,
    ...(refusal?.codes === undefined ? {} : { codes: refusal.codes }),
    error: errorOf(options),
    asked: chosen,
    nodes,
  }
}

/** Nothing is left to do of a part of the plan, whatever became of its nodes. */
function isPartOver<Ports>(plan: Plan, { engine, chosen, isPart, until }: EndRunOptions<Ports>): boolean {
  const { nodes } = engine.state()
  const states = plan.nodes
    .filter(({ name }) => chosen.has(name))
    .map(({ name, steps }) => ({ steps, state: nodes.get(name) ?? pendingNode }))
  return (
    isPart &&
    states.every(
      ({ steps, state }) => state.status === 'ended' || (until !== 'back' && isAsFar(state, steps, until)),
    )
  )
}

/** Only what was asked for counts: that other nodes have failed was known. */
function exitCodeOfReturn(
  results: readonly NodeResult[],
  { asked, isComplete }: Pick<RunResult, 'asked'> & { isComplete: boolean },
): RunResult['exitCode'] {
  if (results.some(({ node, state }) => asked.has(node) && state === 'failed')) return 7
  return isComplete ? doneCodeOf({ nodes: results, asked }) : 6
}

function errorOf<Ports>({ engine, halt }: EndRunOptions<Ports>): unknown {
  const { over, broken } = engine
  if (broken.aborted) return broken.reason
  return over.aborted && halt !== 'interrupted' ? over.reason : undefined
}

/** Undefined while something of the run is left to do. */
function outcomeOf<Ports>(plan: Plan, { engine, halt }: EndRunOptions<Ports>): RunEnd | undefined {
  const { nodes, isAborting } = engine.state()
  const states = plan.nodes.map(({ name }) => nodes.get(name) ?? pendingNode)
  if (states.every(({ outcome }) => outcome === 'done')) return 'done'
  if (states.some(({ status }) => status !== 'pending' && status !== 'ended')) return undefined
  if (isAborting) return 'aborted'
  const isOver = halt === 'failures' || states.every(({ status }) => status === 'ended')
  if (!isOver) return undefined
  // Nothing of it is left: neither a node with the new system, nor one that nobody knows.
  const isUndone = states.every(({ outcome }) => outcome !== 'done' && outcome !== 'failed')
  return isUndone && states.some(({ outcome }) => outcome === 'rolled-back') ? 'rolled-back' : 'failed'
}

/** Done, or done with every step up to the phase that was asked for. */
function isAsFar(
  { status, outcome, steps }: NodeState,
  planned: readonly { phase: Phase }[],
  until: Phase,
): boolean {
  if (status === 'ended') return outcome === 'done'
  const last = phases.indexOf(until)
  // A node with nothing left to do has its end in the journal.
  if (last === phases.length - 1) return false
  return (
    status === 'forward' &&
    planned.every(({ phase }, index) => phases.indexOf(phase) > last || steps.get(index)?.status === 'done')
  )
}
