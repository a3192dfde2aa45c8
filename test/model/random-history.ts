import * as fc from 'fast-check'
import type { JournalEvent, JournalEventBody } from '../../src/model/journal-record.ts'
import type { NodeState } from '../../src/model/run-state-node.ts'

const stepsOfNode = [
  { phase: 'migrate', uses: 'cluster.snapshot' },
  { phase: 'migrate', uses: 'cluster.cordon' },
  { phase: 'migrate', uses: 'cluster.drain' },
  { phase: 'replace', uses: 'host.provision' },
  { phase: 'restore', uses: 'cluster.uncordon' },
] as const
const noReturnAt = 3

/** What a random run has really been through; the records must say the same. */
export interface TrueNode {
  status: NodeState['status']
  /** Indexes of the steps that were begun and not undone, in order. */
  begun: number[]
  /** Of these, the one that is under way. */
  open: number | null
  /** Of these, the one that failed and is the next to begin. */
  failed: number | null
  isPastNoReturn: boolean
}

export interface RandomHistory {
  events: JournalEvent[]
  nodes: Map<string, TrueNode>
  resumed: number
  ended: boolean
}

/**
 * Histories as an engine writes them: nodes of a wave beside each other, steps that wait, fail, are tried again, runs that are
 * killed at any record and resumed, undo from the last step to the first, failures past the point of no return.
 */
export const randomHistory: fc.Arbitrary<RandomHistory> = fc
  .record({
    nodes: fc.integer({ min: 1, max: 4 }),
    choices: fc.array(fc.nat({ max: 999 }), { minLength: 1, maxLength: 150 }),
  })
  .map(({ nodes, choices }) => play(nodes, choices))

function play(count: number, choices: readonly number[]): RandomHistory {
  const names = Array.from({ length: count }, (_, index) => `node-${index + 1}`)
  const nodes = new Map<string, TrueNode>(
    names.map((name) => [
      name,
      { status: 'planned', begun: [], open: null, failed: null, isPastNoReturn: false },
    ]),
  )
  const history: RandomHistory = { events: [], nodes, resumed: 0, ended: false }
  const attempts = new Map<string, number>()
  const write = (node: string | null, body: JournalEventBody): void => {
    const seq = history.events.length * 2 + 1
    const at = new Date(1_800_000_000_000 + seq * 1000).toISOString()
    history.events.push({ seq, run: 'r1', at, node, body, previous: '', hash: '' })
  }
  write(null, { type: 'run-started', nodes: names })
  write(null, { type: 'wave-started', wave: 0 })
  for (const choice of choices) {
    if (choice % 25 === 0) {
      // Killed, and resumed: steps under way begin again.
      write(null, { type: 'run-resumed' })
      write(null, { type: 'wave-started', wave: 0 })
      history.resumed += 1
      continue
    }
    const name = names[choice % count] ?? ''
    const node = nodes.get(name)
    if (node !== undefined)
      move({ name, node, choice: Math.floor(choice / count), attempts }, (body) => write(name, body))
  }
  if ([...nodes.values()].every(({ status }) => status !== 'running' && status !== 'planned')) {
    write(null, { type: 'wave-done', wave: 0 })
    const isDone = [...nodes.values()].every(({ status }) => status === 'done')
    write(null, { type: 'run-ended', outcome: isDone ? 'done' : 'failed' })
    history.ended = true
  }
  return history
}

interface Move {
  name: string
  node: TrueNode
  choice: number
  attempts: Map<string, number>
}

function move({ name, node, choice, attempts }: Move, write: (body: JournalEventBody) => void): void {
  if (node.status !== 'running') {
    // Nodes that failed or were given back begin again now and then.
    if (node.status === 'done' || (node.status !== 'planned' && choice % 3 !== 0)) return
    if (node.status === 'planned' && choice % 11 === 0) {
      write({ type: 'node-ended', outcome: 'skipped' })
      node.status = 'skipped'
      return
    }
    if (node.status === 'failed' && choice % 2 === 0) {
      rollBack(name, node, (body) => write(body))
      return
    }
    write({ type: 'node-started' })
    if (node.status !== 'failed') Object.assign(node, { begun: [], isPastNoReturn: false })
    node.status = 'running'
    return
  }
  const failure = { class: 'transient', code: 'X', message: 'no' } as const
  const index = node.open ?? node.failed ?? node.begun.length
  const shape = stepsOfNode[index]
  if (shape === undefined) {
    write({ type: 'node-ended', outcome: 'done' })
    node.status = 'done'
    return
  }
  const attemptOf = (kind: string): number => attempts.get(`${name}/${index}/${kind}`) ?? 0
  const next = (kind: string): number => {
    attempts.set(`${name}/${index}/${kind}`, attemptOf(kind) + 1)
    return attemptOf(kind)
  }
  const step = { ...shape, index }
  const token = (kind: string, attempt: number): string => `${name}-${index}-${kind}-${attempt}`
  if (node.open === null || choice % 7 === 0) {
    const attempt = next('do')
    write({ type: 'step-started', ...step, attempt, token: token('do', attempt) })
    if (!node.begun.includes(index)) node.begun.push(index)
    node.open = index
    node.failed = null
    return
  }
  const attempt = attemptOf('do')
  if (choice % 7 === 1) {
    const waitsFor = { en: 'a pod', zh: 'Pod' }
    write({ type: 'step-waiting', ...step, attempt, waitsFor, since: '2026-11-21T08:00:00.000Z' })
  } else if (choice % 7 > 2) {
    if (index === noReturnAt) {
      write({ type: 'point-of-no-return' })
      node.isPastNoReturn = true
    }
    write({ type: 'step-done', ...step, attempt, token: token('do', attempt), result: { index } })
    node.open = null
  } else {
    write({ type: 'step-failed', ...step, attempt, token: token('do', attempt), failure })
    node.open = null
    if (choice % 2 === 0) {
      // Tried again at once.
      const again = next('do')
      write({ type: 'step-started', ...step, attempt: again, token: token('do', again) })
      node.open = index
    } else if (node.isPastNoReturn) {
      write({ type: 'node-ended', outcome: 'failed' })
      node.status = 'failed'
      node.failed = index
    } else giveBack(name, node, write)
  }
}

/** The means fail at first, or the node is not ready in time; then somebody asks for it again. */
function rollBack(name: string, node: TrueNode, write: (body: JournalEventBody) => void): void {
  const failure = { class: 'config', code: 'X', message: 'no' } as const
  const [provision, uncordon] = [stepsOfNode[noReturnAt], stepsOfNode[noReturnAt + 1]]
  if (provision === undefined || uncordon === undefined) return
  const undo = { ...provision, index: noReturnAt, attempt: 1, token: `${name}-back` }
  const give = { ...uncordon, index: noReturnAt + 1, attempt: 1, token: `${name}-give` }
  const ask = (): void =>
    write({ type: 'node-rolling-back', means: 'image', reason: { en: 'asked', zh: '按要求' } })
  ask()
  write({ type: 'undo-started', ...undo })
  write({ type: 'undo-failed', ...undo, failure })
  write({ type: 'node-ended', outcome: 'failed' })
  ask()
  write({ type: 'undo-started', ...undo })
  write({ type: 'undo-done', ...undo })
  write({ type: 'step-started', ...give })
  write({ type: 'step-failed', ...give, failure })
  write({ type: 'node-ended', outcome: 'failed' })
  write({ type: 'node-started' })
  write({ type: 'step-started', ...give, attempt: 2 })
  write({ type: 'step-done', ...give, attempt: 2, result: {} })
  write({ type: 'node-ended', outcome: 'rolled-back' })
  Object.assign(node, { status: 'rolled-back', begun: [], open: null, failed: null })
}

/** Last in, first out; cluster.snapshot has nothing to undo. */
function giveBack(name: string, node: TrueNode, write: (body: JournalEventBody) => void): void {
  for (const index of node.begun.toReversed()) {
    const shape = stepsOfNode[index]
    if (shape === undefined || shape.uses === 'cluster.snapshot') continue
    const undo = { ...shape, index, attempt: 1, token: `${name}-${index}-undo` }
    write({ type: 'undo-started', ...undo })
    write({ type: 'undo-done', ...undo })
  }
  write({ type: 'node-ended', outcome: 'returned' })
  Object.assign(node, { status: 'returned', begun: [], open: null })
}
