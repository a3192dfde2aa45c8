import { describe, expect, it } from 'vitest'
import { nodeAfter, pendingNode, type NodeState } from '../../src/migrate/node-state.ts'
import type { JournalEventBody } from '../../src/model/journal-record.ts'

const at = (token: string, uses: 'host.provision' | 'data.park' = 'host.provision') =>
  ({ phase: 'replace', uses, index: 1, attempt: 1, token }) as const
const reason = { en: 'the test', zh: '测试' }

const replaced: JournalEventBody[] = [
  { type: 'node-started' },
  { type: 'step-started', ...at('one') },
  { type: 'point-of-no-return' },
  { type: 'step-done', ...at('one'), result: {} },
]
const failed: JournalEventBody = { type: 'node-ended', outcome: 'failed' }
const putBack: JournalEventBody[] = [
  { type: 'node-rolling-back', means: 'reinstall', reason },
  { type: 'undo-started', ...at('one:back') },
  { type: 'undo-done', ...at('one:back') },
]

const after = (bodies: readonly JournalEventBody[]): NodeState => bodies.reduce(nodeAfter, pendingNode)

describe('the system of a node was replaced by', () => {
  it.each<[string, readonly JournalEventBody[], string | undefined]>([
    ['nothing before the step is done', replaced.slice(0, 3), undefined],
    ['the step that is done', replaced, 'one'],
    ['the same step when the node is tried again', [...replaced, failed, { type: 'node-started' }], 'one'],
    ['the same step until the old system is back', [...replaced, failed, ...putBack.slice(0, 2)], 'one'],
    ['the way back', [...replaced, failed, ...putBack], 'one:back'],
    [
      'the way back when the node begins anew after it',
      [
        ...replaced,
        failed,
        ...putBack,
        { type: 'node-ended', outcome: 'rolled-back' },
        { type: 'node-started' },
      ],
      'one:back',
    ],
    [
      'nothing when the step is undone before the point of no return',
      [
        { type: 'node-started' },
        { type: 'step-started', ...at('one') },
        { type: 'node-returning', reason },
        { type: 'undo-started', ...at('one') },
        { type: 'undo-done', ...at('one') },
      ],
      undefined,
    ],
    [
      'no other step',
      [
        { type: 'node-started' },
        { type: 'step-started', ...at('two', 'data.park') },
        { type: 'step-done', ...at('two', 'data.park'), result: {} },
      ],
      undefined,
    ],
  ])('%s', (_, bodies, token) => {
    expect(after(bodies).replacedBy).toBe(token)
  })
})
