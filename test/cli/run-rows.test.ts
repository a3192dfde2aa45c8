import { describe, expect, it } from 'vitest'
import { runRows } from '../../src/cli/run-rows.ts'
import { holdText } from '../../src/cli/hold-text.ts'
import type { JournalEventBody } from '../../src/model/journal-record.ts'
import { runState } from '../../src/model/run-state.ts'
import { makePlan } from '../support/plan-fixture.ts'

const plan = makePlan()
const at = '2026-11-21T12:00:00.000Z'
const names = plan.nodes.map(({ name }) => name)

function drawn(entries: readonly [string | null, JournalEventBody][], most = 10) {
  const events = entries.map(([node, body], index) => ({
    seq: index + 1,
    run: 'r1',
    at,
    node,
    body,
    previous: '',
    hash: '',
  }))
  return runRows(runState('r1', events), {
    plan,
    nowMs: Date.parse(at) + 65_000,
    say: ({ en }) => en,
    most,
    note: undefined,
  })
}

const step = { uses: 'cluster.cordon', phase: 'migrate', index: 0, attempt: 1, token: 't' } as const
const drain = { uses: 'cluster.drain', phase: 'migrate', index: 1, attempt: 1 } as const
const begun: [string | null, JournalEventBody][] = [
  [null, { type: 'run-started', nodes: names }],
  [null, { type: 'wave-started', wave: 0 }],
]

describe('the rows of a run', () => {
  it('draw a line for the run, one a phase, and one a node in flight with what it waits for', () => {
    const { head, phases } = drawn([
      ...begun,
      ['node-1', { type: 'node-started' }],
      ['node-1', { type: 'step-started', ...step }],
      ['node-1', { type: 'step-done', ...step, result: {} }],
      ['node-1', { type: 'step-started', ...drain, token: 'd' }],
      ['node-1', { type: 'step-waiting', ...drain, waitsFor: { en: 'pod shop/web-1', zh: '' }, since: at }],
    ])
    expect(head).toBe('r1  wave 1/2  ░░░░░░░░░░ 0/3  1m05s')
    expect(phases.map(({ title }) => title)).toEqual([
      'migrate  0/3  1 at work',
      'replace  0/3',
      'restore  0/3',
    ])
    expect(phases[0]?.rows).toEqual(['node-1  cluster.drain  1m05s  ⏸ 1m05s: pod shop/web-1'])
  })

  it('say that the run is paused, and by whom', () => {
    const paused: JournalEventBody = { type: 'run-paused', reason: { en: 'by me@here', zh: '' } }
    expect(drawn([...begun, [null, paused]]).head).toMatch(/ 1m05s {2}paused: by me@here$/)
    expect(drawn([...begun, [null, paused], [null, { type: 'run-resumed' }]]).head).not.toContain('paused')
  })

  it('count those that find no room', () => {
    const { phases } = drawn(
      [...begun, ...names.map((name): [string, JournalEventBody] => [name, { type: 'node-started' }])],
      2,
    )
    expect(phases[0]?.rows).toEqual(['node-1', '2 more'])
  })

  it('count nodes that are through a phase', () => {
    const { head, phases } = drawn([
      ...begun,
      ['node-1', { type: 'node-started' }],
      ['node-1', { type: 'step-done', ...step, result: {} }],
      ['node-1', { type: 'step-done', ...drain, token: 'd', result: {} }],
    ])
    expect(head).toContain('0/3')
    expect(phases.map(({ title }) => title)).toEqual([
      'migrate  1/3',
      'replace  0/3  1 at work',
      'restore  0/3',
    ])
  })
})

it('says what the next start waits for', () => {
  const gates = [{ gate: 'alerts', outcome: 'unknown', message: 'no answer' } as const]
  expect(holdText({ for: 'gate', gates }).en).toBe('waits for the gate alerts (unknown): no answer')
  expect(holdText({ for: 'soak', until: at }).en).toBe(`rests until ${at}`)
  expect(holdText({ for: 'window', until: at, message: 'm' }).zh).toBe('等待：m')
  expect(holdText({ for: 'pause', reason: { en: 'ops', zh: '运维' } }).zh).toBe('已暂停：运维')
})
