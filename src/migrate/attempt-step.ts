import type { JournalEventBody } from '../model/journal-record.ts'
import type { PlannedNode, PlannedStep } from '../model/plan.ts'
import type { Phase } from '../model/playbook.ts'
import { largestMemory, type AnyStep, type StepContext, type StepMemory } from '../model/step.ts'
import type { StepName } from '../model/step-names.ts'
import { StepError } from '../model/step-error.ts'
import type { Engine } from './engine.ts'
import { foundBefore, pendingNode, stepsNow, type NodeState, type StepState } from './node-state.ts'
import { hasPodsAgain, isOfOldSystem, pointIndex, wayBack } from './way-back.ts'

/** One step of one node in one run. */
export interface StepPlace<Ports> {
  engine: Engine<Ports>
  node: PlannedNode
  index: number
  /** Of this try, on the clock that never jumps. */
  deadlineMs?: number
}

/**
 * One attempt: looks, writes `started`, acts, verifies, writes `done`. Between the two records and the act nothing is awaited,
 * so that what ends the attempt comes before both or after them.
 */
export async function attemptStep<Ports>(place: StepPlace<Ports>, signal: AbortSignal): Promise<void> {
  const { planned, step, at } = openStep(place)
  const token = tokenOf(place)
  const attempts = stateOf(place)?.attempts ?? 0
  const passPoint = (): void => {
    if (planned.pointOfNoReturn && !nodeState(place).isPastPointOfNoReturn)
      record(place, signal, { type: 'point-of-no-return' })
  }
  const seen = await step.observe(contextOf(place, signal))
  signal.throwIfAborted()
  if (seen !== 'done') {
    const found = typeof seen === 'string' || attempts > 0 ? {} : { found: small(seen.found) }
    record(place, signal, { type: 'step-started', ...at, attempt: attempts + 1, token, ...found })
    passPoint()
    await step.act(contextOf(place, signal))
    signal.throwIfAborted()
  }
  const result = small(await step.verify(contextOf(place, signal)))
  // Found done, by an earlier run for example: there is no way back either.
  passPoint()
  record(place, signal, { type: 'step-done', ...at, attempt: attemptOf(place), token, result })
}

/**
 * Undoes what was started of a step, or puts back what it replaced when the node is past its point of no return; the records
 * of it are the caller's.
 */
export async function undoStep<Ports>(place: StepPlace<Ports>, signal: AbortSignal): Promise<void> {
  const { step } = openStep(place)
  const context = contextOf(place, signal)
  if (nodeState(place).back === undefined) return await step.undo?.(context)
  if (step.rollback === undefined) throw new Error(`${step.uses} cannot put back what it replaced`)
  await step.rollback(context)
}

/** What the steps of the way back must know of the system that goes; undefined when nothing is asked, or it is known. */
export async function lookBeforeRollback<Ports>(
  place: StepPlace<Ports>,
  signal: AbortSignal,
): Promise<StepMemory | undefined> {
  const state = nodeState(place)
  if (state.back === undefined || stateOf(place)?.found !== undefined) return undefined
  const seen: Record<string, StepMemory> = {}
  for (const { index, isUndo } of wayBack(state, place.node)) {
    const other = { ...place, index }
    const { step } = openStep(other)
    if (isUndo || step.beforeRollback === undefined) continue
    seen[step.uses] = await step.beforeRollback(contextOf(other, signal))
  }
  return Object.keys(seen).length === 0 ? undefined : small(seen)
}

/** What the events of one step have in common. */
export function eventPlace<Ports>(place: StepPlace<Ports>): {
  uses: StepName
  phase: Phase
  index: number
  attempt: number
  token: string
} {
  const { uses, phase } = plannedStep(place)
  return { uses, phase, index: place.index, attempt: attemptOf(place), token: tokenOf(place) }
}

export function plannedStep<Ports>({ node, index }: StepPlace<Ports>): PlannedStep {
  const planned = node.steps[index]
  if (planned === undefined) throw new Error(`${node.name} has no step ${index}`)
  return planned
}

function openStep<Ports>(place: StepPlace<Ports>): {
  planned: PlannedStep
  step: AnyStep<Ports>
  at: { uses: StepName; phase: Phase; index: number }
} {
  const planned = plannedStep(place)
  const { uses, phase } = planned
  return { planned, step: place.engine.stepOf(uses), at: { uses, phase, index: place.index } }
}

function nodeState<Ports>({ engine, node }: StepPlace<Ports>): NodeState {
  return engine.state().nodes.get(node.name) ?? pendingNode
}

function stateOf<Ports>(place: StepPlace<Ports>): StepState | undefined {
  return stepsNow(nodeState(place)).get(place.index)
}

/** The attempt that is at work, or the first. */
function attemptOf<Ports>(place: StepPlace<Ports>): number {
  return Math.max(1, stateOf(place)?.attempts ?? 0)
}

/** Only an attempt that counts still may write: one that was left because it did not end must not. */
function record<Ports>(place: StepPlace<Ports>, signal: AbortSignal, body: JournalEventBody): void {
  signal.throwIfAborted()
  place.engine.record(place.node.name, body)
}

function tokenOf<Ports>(place: StepPlace<Ports>): string {
  const { engine, node, index } = place
  const { round, back } = nodeState(place)
  const first = `${engine.run.id}:${node.name}:${index}`
  const forward = round === 1 ? first : `${first}:${round}`
  return stateOf(place)?.token ?? (back === undefined ? forward : `${forward}:back`)
}

function contextOf<Ports>(place: StepPlace<Ports>, signal: AbortSignal): StepContext<unknown, Ports> {
  const { engine, node, index } = place
  const { planned, step, at } = openStep(place)
  const token = tokenOf(place)
  const attempt = attemptOf(place)
  const state = nodeState(place)
  const { back, uid, steps } = state
  let told: { text: string; since: string } | undefined
  return {
    // The object that the run itself has made the machine register is no other node to its steps.
    node: node.uid === null || uid === undefined ? node : { ...node, uid },
    parameters: step.with.parse(planned.with),
    run: engine.run,
    token,
    attempt,
    isPastPointOfNoReturn: state.isPastPointOfNoReturn,
    found: stateOf(place)?.found,
    remembered: (uses) =>
      earlierSteps(place)
        .filter(([other, earlier]) => other < index && earlier.uses === uses && earlier.status === 'done')
        .sort(([a], [b]) => a - b)
        .at(-1)?.[1].result,
    replacedBy: state.replacedBy,
    foundBefore: foundBefore(state),
    back: back && {
      seen: back.get(pointIndex(node))?.found?.[planned.uses],
      hadPods: hasPodsAgain(steps, node),
    },
    signal,
    deadlineMs: place.deadlineMs,
    onWait(waitsFor, since): void {
      const text = JSON.stringify([waitsFor, since])
      if (told?.text === text) return
      told = { text, since: since ?? engine.clock.now() }
      try {
        record(place, signal, { type: 'step-waiting', ...at, attempt, waitsFor, since: told.since })
      } catch (error) {
        // The act in hand has its record: it is finished, and nothing is begun after it.
        if (!engine.broken.aborted || signal.aborted) throw error
      }
    },
    ports: engine.ports,
  }
}

/** On the way back what was done with the new system counts no more. */
function earlierSteps<Ports>(place: StepPlace<Ports>): [number, StepState][] {
  const { steps, back } = nodeState(place)
  if (back === undefined) return [...steps]
  const ofOldSystem = [...steps].filter(([index]) => isOfOldSystem(place.node, index))
  return [...new Map([...ofOldSystem, ...back])]
}

function small(memory: StepMemory): StepMemory {
  const { length } = JSON.stringify(memory)
  if (length <= largestMemory) return memory
  throw new StepError('unknown', `what it wants to remember has ${length} characters`, {
    code: 'STEP_MEMORY_TOO_LARGE',
  })
}
