import type { JournalEventBody } from '../model/journal-record.ts'
import { NodeGoesBack } from '../model/node-goes-back.ts'
import type { PlannedNode } from '../model/plan.ts'
import type { Phase } from '../model/playbook.ts'
import type { StepMemory } from '../model/step.ts'
import { failureOf, StepError, stepTimeout } from '../model/step-error.ts'
import type { Text } from '../model/text.ts'
import {
  attemptStep,
  eventPlace,
  lookBeforeRollback,
  plannedStep,
  undoStep,
  type StepPlace,
} from './attempt-step.ts'
import type { Engine } from './engine.ts'
import { backOffMs, fleetEffect, isRetried } from './failure-rules.ts'
import { nextMove } from './next-move.ts'
import { pendingNode, stepsNow, type NodeState } from './node-state.ts'
import { withinTime } from './within-time.ts'

/**
 * How work on a node ended: with the node; `held` = it is as far as was asked for; `stopped` = between two steps; `left` =
 * wherever it was.
 */
export type NodeWork = 'ended' | 'held' | 'stopped' | 'left'

export interface RunNodeOptions {
  until: Phase
  /** True for a node of which nothing counts: its first record is that it starts. */
  isFresh(node: string): boolean
  /** Aborted = the node goes back unless it is past its point of no return. Its reason is a Text. */
  returning: AbortSignal
  /** Asked between two steps: waits while the run is paused, and tells whether it stops. */
  mayGoOn(): Promise<boolean>
  /** Aborted when the run stops after the steps in hand. */
  stopping: AbortSignal
  /** Lets go what is held of the node: before the record of its end, so that a kill after it leaves nothing behind. */
  leave(): Promise<void>
}

/**
 * Takes one node through its steps from wherever the journal says it is. Before its point of no return a node that fails goes
 * back, last step first; after it the node is left as it is.
 */
export async function runNode<Ports>(
  engine: Engine<Ports>,
  node: PlannedNode,
  options: RunNodeOptions,
): Promise<NodeWork> {
  const state = (): NodeState => engine.state().nodes.get(node.name) ?? pendingNode
  const record = (body: JournalEventBody): void => engine.record(node.name, body)
  const canUndo = (index: number): boolean =>
    engine.stepOf(plannedStep({ engine, node, index }).uses).undo !== undefined
  /** One time for all attempts of a step in this process: the time in which nobody was at work does not count. */
  const deadlines = new Map<string, number>()
  /** Whether to go on; the time of a pause is nobody's. */
  async function afterPauses(): Promise<boolean> {
    const sinceMs = engine.clock.monotonicMs()
    const mayGoOn = await options.mayGoOn()
    const pausedMs = engine.clock.monotonicMs() - sinceMs
    for (const [key, deadlineMs] of deadlines) deadlines.set(key, deadlineMs + pausedMs)
    return mayGoOn
  }

  try {
    if (options.isFresh(node.name)) record({ type: 'node-started' })
    for (;;) {
      engine.over.throwIfAborted()
      engine.broken.throwIfAborted()
      const move = nextMove(state(), node, { until: options.until, canUndo })
      if (move.kind === 'ended') return 'ended'
      const mustReturn = options.returning.aborted && !state().isPastPointOfNoReturn
      if (move.kind === 'fail') record({ type: 'node-returning', reason: whyFailed(state(), move.index) })
      else if (mustReturn && (move.kind === 'step' || move.kind === 'held'))
        record({ type: 'node-returning', reason: options.returning.reason as Text })
      else if (move.kind === 'end') {
        await options.leave()
        record({ type: 'node-ended', outcome: move.outcome })
      } else if (move.kind === 'held') return 'held'
      else if (!(await afterPauses())) return 'stopped'
      // What was wanted may have changed while it was paused.
      else if (move.kind === 'step' && options.returning.aborted && !state().isPastPointOfNoReturn) continue
      else {
        const place = { engine, node, index: move.index }
        const key = `${move.kind} ${move.index}`
        const deadlineMs = deadlines.get(key) ?? engine.clock.monotonicMs() + plannedStep(place).timeoutMs
        deadlines.set(key, deadlineMs)
        if (move.kind === 'undo') await runUndo(place, deadlineMs, options)
        else await runStep(place, deadlineMs, options)
      }
    }
  } catch (error) {
    if (engine.over.aborted || engine.broken.aborted) return 'left'
    if (error === stopped) return 'stopped'
    throw error
  }
}

/** Thrown when the run stops while a step waits for its next attempt. */
const stopped = new Error('the run stops')

/** One attempt of a step; its failure is in the journal when this resolves, and the time until the next attempt is over. */
async function runStep<Ports>(
  place: StepPlace<Ports>,
  deadlineMs: number,
  options: RunNodeOptions,
): Promise<void> {
  const { engine, node, index } = place
  const state = (): NodeState => engine.state().nodes.get(node.name) ?? pendingNode
  const back = new AbortController()
  // Past its point of no return there is no way back, also when it is passed while this is at work.
  const goBack = (): void => {
    if (!state().isPastPointOfNoReturn) back.abort(new NodeGoesBack())
  }
  if (options.returning.aborted) goBack()
  options.returning.addEventListener('abort', goBack, { once: true })
  try {
    await withinTime((signal) => attemptStep({ ...place, deadlineMs }, signal), {
      ...engine,
      deadlineMs,
      late: () => lateError(place, state()),
      signal: AbortSignal.any([engine.over, back.signal]),
    })
  } catch (error) {
    if (engine.over.aborted || error instanceof NodeGoesBack) return
    // It may be the journal's own: the next run looks.
    engine.broken.throwIfAborted()
    const failure = failureOf(error)
    if (fleetEffect(failure) === 'stop') return engine.stop(error)
    engine.record(node.name, { type: 'step-failed', ...eventPlace(place), failure })
    const failures = stepsNow(state()).get(index)?.failures ?? 0
    if (!isRetried(failure, failures)) return
    await backOff(place, { failures, deadlineMs, until: [options.stopping, options.returning] })
    if (options.stopping.aborted) throw stopped
  } finally {
    options.returning.removeEventListener('abort', goBack)
  }
}

/** All attempts of an undo; how it ended is in the journal when this resolves. */
async function runUndo<Ports>(
  place: StepPlace<Ports>,
  deadlineMs: number,
  options: RunNodeOptions,
): Promise<void> {
  const { engine, node } = place
  const record = (body: JournalEventBody): void => engine.record(node.name, body)
  const inTime = {
    ...engine,
    deadlineMs,
    late: () => new StepError('transient', 'it was not undone in its time', { code: stepTimeout }),
    signal: engine.over,
  }
  for (let failures = 1; ; failures += 1) {
    let found: StepMemory | undefined
    let unseen: { error: unknown } | undefined
    try {
      await withinTime(async (signal) => {
        found = await lookBeforeRollback({ ...place, deadlineMs }, signal)
      }, inTime)
    } catch (error) {
      engine.over.throwIfAborted()
      unseen = { error }
    }
    record({ type: 'undo-started', ...eventPlace(place), ...(found === undefined ? {} : { found }) })
    try {
      // What nobody has looked at before could not be told from what comes back.
      if (unseen !== undefined) throw unseen.error
      await withinTime((signal) => undoStep({ ...place, deadlineMs }, signal), inTime)
      return record({ type: 'undo-done', ...eventPlace(place) })
    } catch (error) {
      engine.over.throwIfAborted()
      engine.broken.throwIfAborted()
      const failure = failureOf(error)
      if (fleetEffect(failure) === 'stop') return engine.stop(error)
      if (!isRetried(failure, failures)) return record({ type: 'undo-failed', ...eventPlace(place), failure })
      await backOff(place, { failures, deadlineMs, until: [options.stopping] })
      if (options.stopping.aborted) throw stopped
    }
  }
}

/** Ends early, without an error, when one of the signals aborts. */
async function backOff<Ports>(
  { engine }: StepPlace<Ports>,
  { failures, deadlineMs, until }: { failures: number; deadlineMs: number; until: AbortSignal[] },
): Promise<void> {
  const leftMs = Math.max(0, deadlineMs - engine.clock.monotonicMs())
  const signal = AbortSignal.any([engine.over, engine.broken, ...until])
  await engine.wait(Math.min(backOffMs(failures), leftMs), signal).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  engine.over.throwIfAborted()
}

function lateError<Ports>(place: StepPlace<Ports>, state: NodeState): StepError {
  const { timeoutMs, uses } = plannedStep(place)
  const last = stepsNow(state).get(place.index)?.failure
  const why = last === undefined ? '' : `; its last failure: ${last.message}`
  return new StepError('transient', `${uses} was not done in ${timeoutMs / 1000} s${why}`, {
    code: stepTimeout,
  })
}

function whyFailed({ steps }: NodeState, index: number): Text {
  const step = steps.get(index)
  const [uses, message] = [step?.uses, step?.failure?.message]
  return { en: `${uses} failed: ${message}`, zh: `${uses} 失败：${message}` }
}
