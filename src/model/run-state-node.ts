import type { JournalEventBody, NodeOutcome } from './journal-record.ts'
import type { Text } from './text.ts'

type StepBody = Extract<JournalEventBody, { index: number }>
/** What is about one node. */
export type NodeBody =
  | StepBody
  | Extract<
      JournalEventBody,
      { type: 'node-started' | 'node-returning' | 'node-rolling-back' | 'point-of-no-return' | 'node-ended' }
    >
type Failure = Extract<JournalEventBody, { failure: unknown }>['failure']

/** One step of a node, and how far it is. */
export interface StepState extends Pick<StepBody, 'uses' | 'phase' | 'index'> {
  /** `started` = an act may be half done: look before anything else. */
  status: 'started' | 'done' | 'failed' | 'undoing' | 'undo-failed'
  attempt: number
  /** False for one that was found done, or that failed while it was looked at: nothing of it is undone. */
  isOurs: boolean
  /** Of the last start, of the step or of its undo. */
  token: string
  startedAt: string
  /** What it waits for and since when; null when it does not wait. */
  waitsFor: { text: Text; since: string } | null
  /** What `step-done` has kept for later steps and the undo. */
  result: Readonly<Record<string, unknown>> | null
  failure: Failure | null
}

/** One node of a run. `planned` = it has not started; the others are said by its records. */
export interface NodeState {
  name: string
  status: 'planned' | 'running' | NodeOutcome
  /** After it nothing is undone step by step: the plan's rollback means is used. */
  isPastNoReturn: boolean
  /** True from `node-returning`, or the first undo, on: no further step begins. */
  isReturning: boolean
  /** True from `node-rolling-back` on: `steps` are those of the way back by the plan's rollback means. */
  isRollingBack: boolean
  /** In the order of their first start, without those that are undone; a failed undo stays. */
  steps: StepState[]
  /** How often it was started: again after a failure. */
  starts: number
  startedAt: string | null
  endedAt: string | null
}

/** A node whose turn has not come. */
export function newNode(name: string): NodeState {
  return {
    name,
    status: 'planned',
    isPastNoReturn: false,
    isReturning: false,
    isRollingBack: false,
    steps: [],
    starts: 0,
    startedAt: null,
    endedAt: null,
  }
}

/** The step in which a node is, or was when it stopped; undefined between two steps. */
export function currentStep(node: NodeState): StepState | undefined {
  return node.steps.findLast(({ status }) => status === 'started' || status === 'undoing')
}

/**
 * What an undo has to take back, last first: every step that was begun, whether it was finished or not. Nothing past the point
 * of no return.
 */
export function stepsToUndo(node: NodeState): readonly StepState[] {
  return node.isPastNoReturn ? [] : node.steps.filter(({ isOurs }) => isOurs).toReversed()
}

/** Takes an event of a node into its state; `refuse` throws for one that cannot follow. */
export function applyNodeEvent(
  node: NodeState,
  { body, at }: { body: NodeBody; at: string },
  refuse: (why: string) => never,
): void {
  if (body.type === 'node-started') return startNode(node, at, refuse)
  if (body.type === 'node-rolling-back') return rollBack(node, at, refuse)
  const isSkipped = body.type === 'node-ended' && body.outcome === 'skipped' && node.status === 'planned'
  if (node.status !== 'running' && !isSkipped)
    refuse(node.status === 'planned' ? 'the node has not started' : 'the node has ended')
  switch (body.type) {
    case 'node-ended':
      return endNode(node, { outcome: body.outcome, at }, refuse)
    case 'point-of-no-return':
      node.isPastNoReturn = true
      return
    case 'node-returning':
      if (node.isPastNoReturn) refuse('it is past its point of no return')
      node.isReturning = true
      return
    case 'step-started':
      return startStep(node, { body, at }, refuse)
    case 'undo-started':
      return startUndo(node, { body, at }, refuse)
    default:
      return continueStep(node, { body, at }, refuse)
  }
}

function startNode(node: NodeState, at: string, refuse: (why: string) => never): void {
  if (node.status === 'running') refuse('the node has started before')
  if (node.status === 'done') refuse('the node is done')
  // A node that was given back begins anew; one that failed goes on where it was.
  if (node.status !== 'failed') {
    node.steps = []
    node.isPastNoReturn = false
    node.isRollingBack = false
  }
  node.isReturning = false
  openNode(node, at)
}

/** What was done forward counts no more: the steps of the way back have tokens of their own. */
function rollBack(node: NodeState, at: string, refuse: (why: string) => never): void {
  if (node.status !== 'running' && node.status !== 'failed') refuse(`the node is ${node.status}`)
  if (!node.isPastNoReturn) refuse('it is not past its point of no return')
  if (!node.isRollingBack) node.steps = []
  node.isRollingBack = true
  if (node.status === 'failed') openNode(node, at)
}

function openNode(node: NodeState, at: string): void {
  node.status = 'running'
  node.starts += 1
  node.startedAt ??= at
  node.endedAt = null
}

function endNode(
  node: NodeState,
  { outcome, at }: { outcome: NodeOutcome; at: string },
  refuse: (why: string) => never,
): void {
  const open = currentStep(node)
  if (node.isRollingBack && outcome !== 'rolled-back' && outcome !== 'failed')
    refuse('it is being rolled back')
  if (outcome === 'rolled-back' && !node.isRollingBack) refuse('nobody has begun to roll it back')
  // A step that was cut off on the way back may have nothing to undo.
  const isCut = outcome === 'returned' && node.isReturning && open?.status === 'started'
  if (outcome !== 'failed' && open !== undefined && !isCut) refuse(`its step ${open.uses} has not ended`)
  if ((outcome === 'done' || outcome === 'rolled-back') && node.steps.some(({ status }) => status !== 'done'))
    refuse('one of its steps is not done')
  if (outcome === 'returned' && node.isPastNoReturn) refuse('it is past its point of no return')
  const kept = node.steps.filter(({ status }) => status === 'undo-failed')
  if (outcome === 'returned' && kept.length > 0) refuse(`the undo of ${kept[0]?.uses ?? ''} failed`)
  if (outcome === 'skipped' && node.steps.length > 0) refuse('some of its steps were begun')
  if (outcome === 'returned' || outcome === 'rolled-back') node.steps = []
  node.status = outcome
  node.endedAt = at
}

function startStep(
  node: NodeState,
  { body, at }: { body: Extract<StepBody, { token: string }>; at: string },
  refuse: (why: string) => never,
): void {
  const open = currentStep(node)
  const found = stepOf(node, body)
  if (open?.status === 'undoing') refuse(`the undo of ${open.uses} has not ended`)
  if (open !== undefined && open !== found) refuse(`its step ${open.uses} has not ended`)
  if (found?.status === 'done') refuse('the step is done')
  if (node.isReturning) refuse('the node is being given back')
  const isRetry = found?.status === 'started' || found?.status === 'failed'
  if (isRetry && body.attempt < found.attempt) refuse(`attempt ${found.attempt} was before it`)
  const { uses, phase, index, attempt, token } = body
  const started: StepState = {
    uses,
    phase,
    index,
    attempt,
    isOurs: true,
    token,
    status: 'started',
    startedAt: at,
    waitsFor: null,
    result: null,
    failure: null,
  }
  if (found === undefined) node.steps.push(started)
  else Object.assign(found, started)
}

/** Steps that have nothing to undo are passed over without a record. */
function startUndo(
  node: NodeState,
  { body, at }: { body: Extract<StepBody, { token: string }>; at: string },
  refuse: (why: string) => never,
): void {
  const found = stepOf(node, body)
  if (found === undefined && !node.isRollingBack) refuse('the step was not begun, or is undone')
  const open = node.steps.find(({ status }) => status === 'undoing')
  if (open !== undefined && open !== found) refuse(`the undo of ${open.uses} has not ended`)
  const step = found ?? lookedAt(node, { body, at })
  const place = node.steps.indexOf(step)
  node.steps = node.steps.filter(({ status }, index) => index <= place || status === 'undo-failed')
  node.isReturning = !node.isRollingBack
  Object.assign(step, { status: 'undoing', token: body.token, attempt: body.attempt, startedAt: at })
  step.waitsFor = null
}

function continueStep(
  node: NodeState,
  { body, at }: { body: Exclude<StepBody, { type: 'step-started' | 'undo-started' }>; at: string },
  refuse: (why: string) => never,
): void {
  const isLook = body.type === 'step-done' || body.type === 'step-failed'
  const step = isLook && body.attempt === 1 ? lookedAt(node, { body, at }) : stepOf(node, body)
  const isUndo = body.type === 'undo-done' || body.type === 'undo-failed'
  if (step?.status !== (isUndo ? 'undoing' : 'started') && !(isLook && step?.status === 'failed'))
    return refuse(`${isUndo ? 'its undo' : 'the step'} has not started`)
  if (body.attempt !== step.attempt) refuse(`attempt ${step.attempt} has started`)
  if (body.type === 'step-waiting') {
    step.waitsFor = { text: body.waitsFor, since: body.since }
    return
  }
  if (body.token !== step.token) refuse('another token has started it')
  step.waitsFor = null
  switch (body.type) {
    case 'step-done':
      step.status = 'done'
      step.result = body.result
      return
    case 'step-failed':
      step.status = 'failed'
      step.failure = body.failure
      return
    case 'undo-done':
      node.steps = node.steps.filter((one) => one !== step)
      return
    case 'undo-failed':
      step.status = 'undo-failed'
      step.failure = body.failure
      return
    default:
      return body satisfies never
  }
}

/** Every attempt begins with a look: a step may be found done, or fail, before it is started, or started again. */
function lookedAt(
  node: NodeState,
  { body, at }: { body: Extract<StepBody, { token: string }>; at: string },
): StepState {
  const found = stepOf(node, body)
  if (found !== undefined) return found
  const { uses, phase, index, attempt, token } = body
  const looked: StepState = {
    uses,
    phase,
    index,
    attempt,
    isOurs: false,
    token,
    status: 'started',
    startedAt: at,
    waitsFor: null,
    result: null,
    failure: null,
  }
  node.steps.push(looked)
  return looked
}

function stepOf(node: NodeState, { phase, index }: Pick<StepBody, 'phase' | 'index'>): StepState | undefined {
  return node.steps.find((step) => step.phase === phase && step.index === index)
}
