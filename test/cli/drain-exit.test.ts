import { describe, expect, it } from 'vitest'
import { drainExit } from '../../src/cli/drain-exit.ts'
import type { NodeOutcome } from '../../src/steps/drain-nodes.ts'

const drained: NodeOutcome = {
  node: 'node-1',
  result: 'drained',
  wasCordoned: false,
  cordonedBy: undefined,
  failure: undefined,
  problem: undefined,
  warnings: [],
  podsMissing: [],
  podsGone: 1,
  podsTotal: 1,
  escalations: [],
}

function exitOf(outcomes: readonly NodeOutcome[], signal: AbortSignal): number {
  const names = outcomes.map(({ node }) => node)
  return drainExit(
    { signal, say: ({ en }) => en, command: (name) => name },
    { outcomes, error: undefined },
    names,
  ).code
}

describe('the exit of a drain', () => {
  const [stopped, goesOn] = [AbortSignal.abort(), new AbortController().signal]
  const waiting: NodeOutcome = { ...drained, node: 'node-2', result: 'not-started' }
  const gone: NodeOutcome = { ...waiting, failure: { reason: 'node-gone' } }

  it.each<[string, NodeOutcome[], AbortSignal, number]>([
    ['0 when Ctrl-C came after the last node', [drained], stopped, 0],
    ['6 when it came before', [drained, waiting], stopped, 6],
    ['6 when a taint is left, whatever was drained', [{ ...drained, problem: 'x' }], goesOn, 6],
    ['8 when a node was deleted while it waited', [drained, gone], goesOn, 8],
  ])('is %s', (_, ...[outcomes, signal, code]) => {
    expect(exitOf(outcomes, signal)).toBe(code)
  })
})
