import { describe, expect, it } from 'vitest'
import type { PlanInputs } from '../../src/model/plan.ts'
import { changedInputs, type ChangedInput } from '../../src/plan/plan-inputs.ts'

const of = (digit: string): string => digit.repeat(64)
const collectedAt = '2026-11-20T09:00:00.000Z'
const cluster = {
  uid: 'cluster-1',
  context: 'production',
  server: 'https://10.0.0.1:6443',
  createdAt: collectedAt,
  sha256: of('c'),
}
const before: PlanInputs = {
  facts: [
    { host: 'a', sha256: of('a'), collectedAt },
    { host: 'b', sha256: of('a'), collectedAt },
  ],
  assessment: [
    { host: 'a', sha256: of('b') },
    { host: 'b', sha256: of('b') },
  ],
  cluster,
  playbook: { name: 'ours', sha256: of('d') },
}

/** Everything of one kind of input with the first host left as it is. */
function second<Row extends { host: string }>(rows: readonly Row[], change: Partial<Row>): Row[] {
  return rows.map((row) => (row.host === 'b' ? { ...row, ...change } : row))
}

describe('changedInputs', () => {
  it.each<[string, Partial<PlanInputs>, ChangedInput[]]>([
    [
      'facts of a host',
      { facts: second(before.facts, { sha256: of('e') }) },
      [{ input: 'facts', host: 'b' }],
    ],
    ['facts that are gone', { facts: before.facts.slice(0, 1) }, [{ input: 'facts', host: 'b' }]],
    [
      'the assessment of a host',
      { assessment: second(before.assessment, { sha256: of('e') }) },
      [{ input: 'assessment', host: 'b' }],
    ],
    [
      'an assessment that is gone',
      { assessment: before.assessment.slice(0, 1) },
      [{ input: 'assessment', host: 'b' }],
    ],
    [
      'what is in the cluster',
      { cluster: { ...cluster, sha256: of('e') } },
      [{ input: 'cluster', host: null }],
    ],
    [
      'another cluster that is alike',
      { cluster: { ...cluster, uid: 'cluster-2' } },
      [{ input: 'cluster', host: null }],
    ],
    ['a snapshot that is gone', { cluster: null }, [{ input: 'cluster', host: null }]],
    ['the playbook', { playbook: { name: 'ours', sha256: of('e') } }, [{ input: 'playbook', host: null }]],
  ])('names %s, and nothing else', (_, change, changed) => {
    expect(changedInputs(before, { ...before, ...change })).toEqual(changed)
  })

  it('does not mind when things were read, the order of hosts, and hosts that the plan has not', () => {
    const later = '2026-11-21T09:00:00.000Z'
    const now: PlanInputs = {
      ...before,
      facts: [
        ...before.facts.toReversed().map((row) => ({ ...row, collectedAt: later })),
        { host: 'c', sha256: of('f'), collectedAt: later },
      ],
      cluster: { ...cluster, createdAt: later, context: 'renamed', server: 'https://10.0.0.9:6443' },
    }
    expect(changedInputs(before, now)).toEqual([])
  })
})
