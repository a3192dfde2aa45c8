import type { JournalEvent, JournalEventBody } from '../model/journal-record.ts'
import { nodeAfter, pendingNode, type NodeState } from './node-state.ts'

/** How far a run is. */
export interface RunState {
  status: 'none' | 'running' | 'ended'
  outcome: Extract<JournalEventBody, { type: 'run-ended' }>['outcome'] | undefined
  isAborting: boolean
  isPaused: boolean
  /** ISO 8601; by the index of the wave. */
  waves: ReadonlyMap<number, { doneAt: string | undefined }>
  /** Those of which something is in the journal. */
  nodes: ReadonlyMap<string, NodeState>
}

const nothing: RunState = {
  status: 'none',
  outcome: undefined,
  isAborting: false,
  isPaused: false,
  waves: new Map(),
  nodes: new Map(),
}

type ToldEvent = Pick<JournalEvent, 'node' | 'body' | 'at'>

/** A run that goes on: its state is one that changes, as a copy of all nodes for each event would cost a fleet dearly. */
export interface FollowedRun {
  state(): RunState
  tell(event: ToldEvent): void
}

/** Follows a run from a state on, which stays as it is. */
export function followRun(from: RunState): FollowedRun {
  const nodes = new Map(from.nodes)
  let state: RunState = { ...from, nodes }
  return {
    state: () => state,
    tell(event): void {
      const { node, body } = event
      if (node === null) state = runAfter(state, event)
      else nodes.set(node, nodeAfter(nodes.get(node) ?? pendingNode, body))
    },
  }
}

/** The state of a run after all its events, in their order. */
export function runStateOf(events: Iterable<JournalEvent>): RunState {
  const run = followRun(nothing)
  for (const event of events) run.tell(event)
  return run.state()
}

/** The state after one more event of the run itself. */
function runAfter(state: RunState, { body, at }: ToldEvent): RunState {
  if (body.type === 'run-started' || body.type === 'run-resumed')
    return { ...state, status: 'running', outcome: undefined, isPaused: false }
  if (body.type === 'run-paused') return { ...state, isPaused: true }
  if (body.type === 'run-aborting') return { ...state, isAborting: true }
  if (body.type === 'run-ended') return { ...state, status: 'ended', outcome: body.outcome }
  if (body.type === 'wave-started') return withWave(state, body.wave, undefined)
  if (body.type === 'wave-done') return withWave(state, body.wave, at)
  return state
}

/** The state as it is when nothing was done with these nodes yet. */
export function withoutNodes(state: RunState, names: ReadonlySet<string>): RunState {
  if (names.size === 0) return state
  return { ...state, nodes: new Map([...state.nodes].filter(([name]) => !names.has(name))) }
}

function withWave(state: RunState, wave: number, doneAt: string | undefined): RunState {
  const waves = new Map(state.waves)
  waves.set(wave, { doneAt: doneAt ?? waves.get(wave)?.doneAt })
  return { ...state, waves }
}
