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

/** The state of a run after all its events, in their order. */
export function runStateOf(events: Iterable<JournalEvent>): RunState {
  let state = nothing
  for (const event of events) state = runAfter(state, event)
  return state
}

/** The state of a run after one more event. */
export function runAfter(
  state: RunState,
  { node, body, at }: Pick<JournalEvent, 'node' | 'body' | 'at'>,
): RunState {
  if (node !== null) {
    const nodes = new Map(state.nodes)
    nodes.set(node, nodeAfter(state.nodes.get(node) ?? pendingNode, body))
    return { ...state, nodes }
  }
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
  return { ...state, nodes: new Map([...state.nodes].filter(([name]) => !names.has(name))) }
}

function withWave(state: RunState, wave: number, doneAt: string | undefined): RunState {
  const waves = new Map(state.waves)
  waves.set(wave, { doneAt: doneAt ?? waves.get(wave)?.doneAt })
  return { ...state, waves }
}
