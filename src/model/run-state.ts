import { MigrationError } from './errors.ts'
import type { JournalEvent, JournalEventBody, RunOutcome } from './journal-record.ts'
import { askFor, partDone, wholePlan, type AskedParts } from './run-part.ts'
import { applyNodeEvent, newNode, type NodeBody, type NodeState } from './run-state-node.ts'
import type { Text } from './text.ts'

type Ended = Extract<JournalEventBody, { type: 'run-ended' }>

/** What the records of a run say about it. */
export interface RunState {
  run: string
  /** `begun` = in the journal, without a record of its own yet. Whether somebody works on it now, only the lock can tell. */
  status: 'begun' | 'open' | 'paused' | 'ended'
  /** Of a run that has ended. */
  outcome: RunOutcome | null
  pausedBecause: Text | null
  /** Nodes before their point of no return go back, also after a resume. */
  isAborting: boolean
  /** What of the plan was asked for. */
  asked: AskedParts
  /** How often it went on after a pause, a kill or an end. */
  resumed: number
  waves: WaveState[]
  /** In the order of `run-started`. */
  nodes: Map<string, NodeState>
  /** The last word of every gate, by its name and node. */
  gates: Map<string, { gate: string; node: string | null; isOpen: boolean; message: string; at: string }>
  startedAt: string | null
  lastSeq: number
  lastAt: string | null
}

export interface WaveState {
  wave: number
  status: 'started' | 'done'
  startedAt: string
  endedAt: string | null
}

/** A run of which nothing has been read. */
export function newRunState(run: string): RunState {
  return {
    run,
    status: 'begun',
    outcome: null,
    pausedBecause: null,
    isAborting: false,
    asked: wholePlan,
    resumed: 0,
    waves: [],
    nodes: new Map(),
    gates: new Map(),
    startedAt: null,
    lastSeq: 0,
    lastAt: null,
  }
}

/** The state of a run after all of its events. Throws JOURNAL_CORRUPT for a history that cannot have happened. */
export function runState(run: string, events: Iterable<JournalEvent>): RunState {
  const state = newRunState(run)
  for (const event of events) applyEvent(state, event)
  return state
}

/** Takes the next event of a run into its state. Throws JOURNAL_CORRUPT, and leaves the state, for one that cannot follow. */
export function applyEvent(state: RunState, event: JournalEvent): void {
  const { body, node } = event
  const refuse = (why: string): never => {
    const of = node === null ? '' : ` of node ${node}`
    throw new MigrationError('JOURNAL_CORRUPT', `record ${event.seq} (${body.type}${of}) cannot be: ${why}`, {
      hint: 'nothing was changed; the history of this run cannot be trusted: osferry runs verify examines the journal',
      details: { run: state.run, seq: event.seq },
    })
  }
  if (event.run !== state.run) refuse(`it belongs to run ${event.run}`)
  if (event.seq <= state.lastSeq) refuse(`it comes after record ${state.lastSeq}`)
  if ((state.status === 'begun') !== (body.type === 'run-started'))
    refuse(state.status === 'begun' ? 'the run has not started' : 'the run has started before')
  if (state.status === 'ended' && body.type !== 'run-resumed') refuse('the run has ended')
  if (isOfNode(body)) {
    const found = node === null ? refuse('it names no node') : state.nodes.get(node)
    if (found === undefined) return refuse('the run has no such node')
    applyNodeEvent(found, { body, at: event.at }, refuse)
  } else applyRunEvent(state, { ...event, body }, refuse)
  state.lastSeq = event.seq
  state.lastAt = event.at
}

type RunBody = Exclude<JournalEventBody, NodeBody>

function isOfNode(body: JournalEventBody): body is NodeBody {
  return 'index' in body || body.type === 'point-of-no-return' || body.type.startsWith('node-')
}

function applyRunEvent(
  state: RunState,
  { body, at, node }: Omit<JournalEvent, 'body'> & { body: RunBody },
  refuse: (why: string) => never,
): void {
  switch (body.type) {
    case 'run-started':
      if (new Set(body.nodes).size !== body.nodes.length) refuse('it names a node twice')
      state.nodes = new Map(body.nodes.map((name) => [name, newNode(name)]))
      state.status = 'open'
      state.startedAt = at
      state.asked = askFor(state.asked, body.part ?? {})
      return
    case 'run-resumed':
      state.status = 'open'
      state.outcome = null
      state.pausedBecause = null
      state.resumed += 1
      if (body.part !== undefined) state.asked = askFor(state.asked, body.part)
      return
    case 'part-done':
      state.asked = partDone(state.asked)
      return
    case 'run-paused':
      state.status = 'paused'
      state.pausedBecause = body.reason
      return
    case 'run-aborting':
      state.isAborting = true
      return
    case 'run-ended':
      return end(state, body, refuse)
    case 'wave-started':
      return startWave(state, { wave: body.wave, at }, refuse)
    case 'wave-done': {
      const wave = state.waves.findLast((one) => one.wave === body.wave)
      if (wave?.status !== 'started') return refuse('the wave has not started')
      wave.status = 'done'
      wave.endedAt = at
      return
    }
    case 'gate': {
      const { gate, message, outcome } = body
      state.gates.set(`${gate}\n${node ?? ''}`, { gate, node, isOpen: outcome === 'open', message, at })
      return
    }
    default:
      return body satisfies never
  }
}

function startWave(
  state: RunState,
  { wave, at }: { wave: number; at: string },
  refuse: (why: string) => never,
): void {
  const earlier = state.waves.findLast((one) => one.wave === wave)
  // A run that was killed starts the wave again in which it was; a failed node may have its wave done once more.
  if (earlier !== undefined && state.resumed === 0) refuse('the wave has started before')
  if (earlier?.status === 'started') return
  state.waves.push({ wave, status: 'started', startedAt: at, endedAt: null })
}

function end(state: RunState, { outcome }: Ended, refuse: (why: string) => never): void {
  const unfinished = [...state.nodes.values()].filter(({ status }) => status === 'running')
  if (outcome === 'done' && unfinished.length > 0)
    refuse(`node ${unfinished[0]?.name ?? ''} has not ended, and the run is said to be done`)
  state.status = 'ended'
  state.outcome = outcome
}
