import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JournalEvent, JournalEventBody } from '../../src/model/journal-record.ts'
import { currentStep, stepsToUndo, type NodeState } from '../../src/model/run-state-node.ts'
import { applyEvent, newRunState, runState } from '../../src/model/run-state.ts'
import { randomHistory, type TrueNode } from './random-history.ts'

type Short = readonly [node: string | null, body: JournalEventBody]

function events(...short: readonly Short[]): JournalEvent[] {
  return short.map(([node, body], index) => {
    const at = new Date(1_800_000_000_000 + index * 1000).toISOString()
    return { seq: index + 1, run: 'r1', at, node, body, previous: '', hash: '' }
  })
}

const started: Short = [null, { type: 'run-started', nodes: ['a', 'b'] }]
const nodeA: Short = ['a', { type: 'node-started' }]
const cordon = { uses: 'cluster.cordon', phase: 'migrate', index: 1, attempt: 1, token: 'c1' } as const
const drain = { uses: 'cluster.drain', phase: 'migrate', index: 2, attempt: 1, token: 'd1' } as const
const failure = { class: 'budget', code: 'DRAIN_BLOCKED', message: 'shop/web allows none' } as const
const reason = { en: 'asked', zh: '按要求' }
const on = (body: JournalEventBody): Short => ['a', body]
const doCordon = [
  on({ type: 'step-started', ...cordon }),
  on({ type: 'step-done', ...cordon, result: { by: 'us' } }),
]

describe('the state of a run', () => {
  it('tells the step in which a node is and what it waits for', () => {
    const { token: _, ...waiting } = drain
    const since = '2026-11-21T08:00:00.000Z'
    const waitsFor = { en: 'pod shop/web-1', zh: 'Pod shop/web-1' }
    const state = runState(
      'r1',
      events(
        started,
        nodeA,
        ...doCordon,
        on({ type: 'step-started', ...drain }),
        on({ type: 'step-waiting', ...waiting, waitsFor, since }),
      ),
    )
    const node = state.nodes.get('a')!
    expect(node).toMatchObject({ status: 'running', isPastNoReturn: false, starts: 1 })
    expect(currentStep(node)).toMatchObject({ uses: 'cluster.drain', waitsFor: { text: waitsFor, since } })
    expect(node.steps[0]).toMatchObject({ uses: 'cluster.cordon', status: 'done', result: { by: 'us' } })
    expect(stepsToUndo(node).map(({ uses }) => uses)).toEqual(['cluster.drain', 'cluster.cordon'])
    expect(state.nodes.get('b')).toMatchObject({ status: 'planned' })
  })

  it('undoes from the last step, keeps an undo that failed, and nothing past the point of no return', () => {
    const failed = runState(
      'r1',
      events(
        started,
        nodeA,
        ...doCordon,
        on({ type: 'step-started', ...drain }),
        on({ type: 'step-failed', ...drain, failure }),
        on({ type: 'undo-started', ...drain, token: 'u2' }),
        on({ type: 'undo-failed', ...drain, token: 'u2', failure }),
        on({ type: 'undo-started', ...cordon, token: 'u1' }),
        on({ type: 'undo-done', ...cordon, token: 'u1' }),
        on({ type: 'node-ended', outcome: 'failed' }),
      ),
    ).nodes.get('a')!
    expect(failed.steps).toMatchObject([{ uses: 'cluster.drain', status: 'undo-failed', failure }])
    const past = runState('r1', events(started, nodeA, ...doCordon, on({ type: 'point-of-no-return' })))
    expect(stepsToUndo(past.nodes.get('a')!)).toEqual([])
  })

  it('undoes nothing that was found done, and knows of a way back before the first undo', () => {
    const result = {}
    const state = runState(
      'r1',
      events(
        started,
        nodeA,
        on({ type: 'step-failed', ...cordon, failure }),
        on({ type: 'step-done', ...cordon, result }),
        on({ type: 'step-started', ...drain }),
        on({ type: 'node-returning', reason: { en: 'no', zh: '不' } }),
        [null, { type: 'run-aborting', reason: { en: 'enough', zh: '够了' } }],
      ),
    )
    expect(state.isAborting).toBe(true)
    const node = state.nodes.get('a')!
    expect(node.isReturning).toBe(true)
    expect(stepsToUndo(node).map(({ uses }) => uses)).toEqual(['cluster.drain'])
    // A drain has nothing to undo, for example: it ends without a record of it.
    const [last] = events(on({ type: 'node-ended', outcome: 'returned' }))
    applyEvent(state, { ...last!, seq: 9 })
    expect(node.status).toBe('returned')
  })

  it('tells the steps of the way back once that is begun, and nothing of the way forward', () => {
    const provision = { uses: 'host.provision', phase: 'replace', index: 3, attempt: 1 } as const
    const list = events(
      started,
      nodeA,
      ...doCordon,
      on({ type: 'step-started', ...provision, token: 'p' }),
      on({ type: 'point-of-no-return' }),
      on({ type: 'step-failed', ...provision, token: 'p', failure }),
      on({ type: 'node-ended', outcome: 'failed' }),
      on({ type: 'node-rolling-back', means: 'image', reason }),
      on({ type: 'undo-started', ...provision, token: 'p:back' }),
    )
    const state = runState('r1', list)
    const node = state.nodes.get('a')!
    expect(node).toMatchObject({ status: 'running', isRollingBack: true, endedAt: null, starts: 2 })
    expect(currentStep(node)).toMatchObject({ uses: 'host.provision', status: 'undoing' })
    const [undone, again, done, end] = events(
      on({ type: 'undo-done', ...provision, token: 'p:back' }),
      on({ type: 'step-started', ...cordon, token: 'c1:back' }),
      on({ type: 'step-done', ...cordon, token: 'c1:back', result: {} }),
      on({ type: 'node-ended', outcome: 'rolled-back' }),
    )
    for (const [at, event] of [undone!, again!, done!, end!].entries())
      applyEvent(state, { ...event, seq: 20 + at })
    expect(node).toMatchObject({ status: 'rolled-back', steps: [] })
    applyEvent(state, { ...end!, seq: 30, body: { type: 'node-started' } })
    expect(node).toMatchObject({ status: 'running', isRollingBack: false, isPastNoReturn: false })
  })

  it('tells pauses, gates and waves, and forgets a pause that is over', () => {
    const reason = { en: 'freeze', zh: '冻结' }
    const gate = { type: 'gate', gate: 'workloads', outcome: 'closed', message: 'two are short' } as const
    const list = events(
      started,
      [null, { type: 'wave-started', wave: 0 }],
      ['a', gate],
      [null, { type: 'run-paused', reason }],
    )
    const state = runState('r1', list)
    expect(state).toMatchObject({
      status: 'paused',
      pausedBecause: reason,
      waves: [{ wave: 0, status: 'started' }],
    })
    expect([...state.gates.values()]).toMatchObject([{ gate: 'workloads', node: 'a', isOpen: false }])
    applyEvent(state, { ...list[0]!, seq: 5, body: { type: 'run-resumed' } })
    applyEvent(state, { ...list[0]!, seq: 6, body: { type: 'wave-done', wave: 0 } })
    expect(state).toMatchObject({
      status: 'open',
      pausedBecause: null,
      resumed: 1,
      waves: [{ status: 'done' }],
    })
  })

  const impossible: Readonly<Record<string, [Short[], string]>> = {
    'a run that does not start': [[nodeA], 'the run has not started'],
    'a run that starts twice': [[started, started], 'the run has started before'],
    'a node of another run': [[started, ['z', { type: 'node-started' }]], 'no such node'],
    'a node twice in one run': [[[null, { type: 'run-started', nodes: ['a', 'a'] }]], 'names a node twice'],
    'a node event without a node': [[started, [null, { type: 'node-started' }]], 'it names no node'],
    'a step before its node': [[started, on({ type: 'step-started', ...drain })], 'the node has not started'],
    'the second attempt of a step that was not started': [
      [started, nodeA, on({ type: 'step-done', ...drain, attempt: 2, result: {} })],
      'the step has not started',
    ],
    'done by another token': [
      [
        started,
        nodeA,
        on({ type: 'step-started', ...drain }),
        on({ type: 'step-done', ...drain, token: 'x', result: {} }),
      ],
      'another token',
    ],
    'done by another attempt': [
      [
        started,
        nodeA,
        on({ type: 'step-started', ...drain }),
        on({ type: 'step-done', ...drain, attempt: 2, result: {} }),
      ],
      'attempt 1 has started',
    ],
    'an earlier attempt again': [
      [
        started,
        nodeA,
        on({ type: 'step-started', ...drain, attempt: 2 }),
        on({ type: 'step-started', ...drain }),
      ],
      'attempt 2 was before it',
    ],
    'a step that is done again': [[started, nodeA, ...doCordon, doCordon[0]!], 'the step is done'],
    'two steps at a time': [
      [started, nodeA, on({ type: 'step-started', ...cordon }), on({ type: 'step-started', ...drain })],
      'its step cluster.cordon has not ended',
    ],
    'an undo of what was not begun': [
      [started, nodeA, on({ type: 'undo-started', ...drain })],
      'was not begun',
    ],
    'an undo in the wrong order': [
      [
        started,
        nodeA,
        ...doCordon,
        on({ type: 'step-started', ...drain }),
        on({ type: 'step-done', ...drain, result: {} }),
        on({ type: 'undo-started', ...cordon }),
        on({ type: 'undo-done', ...cordon }),
        on({ type: 'undo-started', ...drain }),
      ],
      'was not begun, or is undone',
    ],
    'a step while the node is given back': [
      [
        started,
        nodeA,
        ...doCordon,
        on({ type: 'undo-started', ...cordon }),
        on({ type: 'undo-done', ...cordon }),
        on({ type: 'step-started', ...drain }),
      ],
      'is being given back',
    ],
    'undone without an undo': [
      [started, nodeA, ...doCordon, on({ type: 'undo-done', ...cordon })],
      'its undo has not started',
    ],
    'a node that is done with a step that failed': [
      [
        started,
        nodeA,
        on({ type: 'step-started', ...drain }),
        on({ type: 'step-failed', ...drain, failure }),
        on({ type: 'node-ended', outcome: 'done' }),
      ],
      'one of its steps is not done',
    ],
    'a node that ends in a step': [
      [
        started,
        nodeA,
        on({ type: 'step-started', ...drain }),
        on({ type: 'node-ended', outcome: 'returned' }),
      ],
      'its step cluster.drain has not ended',
    ],
    'a return from past the point of no return': [
      [started, nodeA, on({ type: 'point-of-no-return' }), on({ type: 'node-ended', outcome: 'returned' })],
      'past its point of no return',
    ],
    'a node that ends twice': [
      [
        started,
        nodeA,
        on({ type: 'node-ended', outcome: 'done' }),
        on({ type: 'node-ended', outcome: 'done' }),
      ],
      'the node has ended',
    ],
    'a rollback before the point of no return': [
      [started, nodeA, ...doCordon, on({ type: 'node-rolling-back', means: 'image', reason })],
      'it is not past its point of no return',
    ],
    'a node that is rolled back and nobody has begun it': [
      [
        started,
        nodeA,
        on({ type: 'point-of-no-return' }),
        on({ type: 'node-ended', outcome: 'rolled-back' }),
      ],
      'nobody has begun to roll it back',
    ],
    'a node that is rolled back and done': [
      [
        started,
        nodeA,
        on({ type: 'point-of-no-return' }),
        on({ type: 'node-rolling-back', means: 'image', reason }),
        on({ type: 'node-ended', outcome: 'done' }),
      ],
      'it is being rolled back',
    ],
    'a way back that is not finished': [
      [
        started,
        nodeA,
        on({ type: 'point-of-no-return' }),
        on({ type: 'node-rolling-back', means: 'image', reason }),
        on({ type: 'step-started', ...cordon }),
        on({ type: 'step-failed', ...cordon, failure }),
        on({ type: 'node-ended', outcome: 'rolled-back' }),
      ],
      'one of its steps is not done',
    ],
    'a node that is done and starts again': [
      [started, nodeA, on({ type: 'node-ended', outcome: 'done' }), nodeA],
      'the node is done',
    ],
    'a run that is done while a node is at work': [
      [started, nodeA, [null, { type: 'run-ended', outcome: 'done' }]],
      'node a has not ended',
    ],
    'anything after the end': [
      [started, [null, { type: 'run-ended', outcome: 'aborted' }], nodeA],
      'the run has ended',
    ],
    'a wave that ends before it starts': [
      [started, [null, { type: 'wave-done', wave: 1 }]],
      'the wave has not started',
    ],
    'a wave that starts twice': [
      [started, [null, { type: 'wave-started', wave: 1 }], [null, { type: 'wave-started', wave: 1 }]],
      'the wave has started before',
    ],
  }

  it.each(Object.entries(impossible))('refuses %s', (_, [short, why]) => {
    const list = events(...short)
    const last = list.at(-1)!
    const state = runState('r1', list.slice(0, -1))
    const before = structuredClone(state)
    expect(() => applyEvent(state, last)).toThrow(`record ${last.seq} (${last.body.type}`)
    expect(() => applyEvent(state, last)).toThrow(why)
    expect(state).toEqual(before)
  })

  it('refuses events out of order and of another run', () => {
    const [first] = events(started)
    const state = runState('r1', [first!])
    expect(() => applyEvent(state, { ...first!, body: { type: 'run-resumed' } })).toThrow('after record 1')
    expect(() => applyEvent(newRunState('r2'), first!)).toThrow('it belongs to run r1')
  })
})

/** What can be compared of a node: its steps only while it is at work. */
function seenOf(node: NodeState): object {
  const { name, status, isPastNoReturn } = node
  if (status !== 'running') return { name, status, isPastNoReturn }
  const begun = node.steps.map(({ index }) => index)
  const undo = stepsToUndo(node).map(({ index }) => index)
  return { name, status, isPastNoReturn, begun, open: currentStep(node)?.index ?? null, undo }
}

function trueOf(name: string, { status, isPastNoReturn, begun, open }: TrueNode): object {
  if (status !== 'running') return { name, status, isPastNoReturn }
  return { name, status, isPastNoReturn, begun, open, undo: isPastNoReturn ? [] : begun.toReversed() }
}

describe('the state of random runs', () => {
  it('is what the nodes have been through, in one go or event by event', () => {
    fc.assert(
      fc.property(randomHistory, ({ events, nodes, resumed, ended }) => {
        const state = runState('r1', events)
        expect(state.resumed).toBe(resumed)
        expect(state.status === 'ended').toBe(ended)
        expect([...state.nodes.values()].map(seenOf)).toEqual(
          [...nodes].map(([name, node]) => trueOf(name, node)),
        )
        const inSteps = newRunState('r1')
        for (const event of events) applyEvent(inSteps, event)
        expect(inSteps).toEqual(state)
      }),
      { numRuns: 300 },
    )
  })

  it('is refused when the start of an undo is missing', () => {
    fc.assert(
      fc.property(randomHistory, fc.nat(), ({ events }, pick) => {
        const starts = events.flatMap((event, at) => (event.body.type === 'undo-done' ? [at] : []))
        const end = starts[pick % Math.max(1, starts.length)]
        if (end === undefined) return
        const ended = events[end]!
        const isStart = ({ node, body }: JournalEvent): boolean =>
          node === ended.node && 'token' in body && 'token' in ended.body && body.token === ended.body.token
        const without = events.filter((event, at) => at >= end || !isStart(event))
        expect(() => runState('r1', without)).toThrow('cannot be')
      }),
      { numRuns: 200 },
    )
  })
})
