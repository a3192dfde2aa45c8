import { describe, expect, it } from 'vitest'
import { followRun, runStateOf } from '../../src/migrate/run-state.ts'
import type { JournalEventBody } from '../../src/model/journal-record.ts'

const told = (node: string | null, body: JournalEventBody) => ({ node, body, at: '2026-11-22T00:00:00.000Z' })

describe('a run that is followed', () => {
  it('changes as its events say, and leaves the state alone from which it began', () => {
    const before = runStateOf([])
    const run = followRun(before)
    run.tell(told(null, { type: 'run-started', nodes: ['node-1', 'node-2'] }))
    run.tell(told('node-1', { type: 'node-started' }))
    const later = followRun(run.state())
    later.tell(told('node-1', { type: 'node-ended', outcome: 'done' }))
    later.tell(told('node-2', { type: 'node-started' }))
    later.tell(told(null, { type: 'run-aborting', reason: { en: 'stop', zh: '停止' } }))
    const seen = [before, run.state(), later.state()].map(({ status, isAborting, nodes }) => [
      status,
      isAborting,
      ...[...nodes].map(([name, { status }]) => `${name} ${status}`),
    ])
    expect(seen).toEqual([
      ['none', false],
      ['running', false, 'node-1 forward'],
      ['running', true, 'node-1 ended', 'node-2 forward'],
    ])
  })
})
