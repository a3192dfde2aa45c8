import { describe, expect, it } from 'vitest'
import { checkRunCluster } from '../../src/cli/run-cluster.ts'
import { nodesInReach, nodesToBegin, type Reach } from '../../src/migrate/nodes-in-reach.ts'
import { runStateOf, type RunState } from '../../src/migrate/run-state.ts'
import type { Cluster } from '../../src/model/cluster-port.ts'
import { modelPlan } from '../migrate/model-plan.ts'
import { memoryCluster } from '../steps/memory-cluster.ts'
import { virtualClock } from '../steps/virtual-clock.ts'

const names = ['node-1', 'node-2', 'node-3']
const model = modelPlan([{ nodes: names }])
// What rights their steps need is not the question here.
const plan = { ...model, nodes: model.nodes.map((node) => ({ ...node, steps: [] })) }
const { signal } = new AbortController()

/** node-1 is under way, and a gate has once held back node-2. */
const state: RunState = runStateOf(
  (
    [
      [null, { type: 'run-started', nodes: names }],
      ['node-1', { type: 'node-started' }],
      ['node-2', { type: 'gate', gate: 'lease', outcome: 'closed', message: 'somebody is at work' }],
    ] as const
  ).map(([node, body], seq) => ({
    schema: 'journal-event/v1' as const,
    seq,
    run: 'run-1',
    node,
    at: '2026-11-21T20:00:00.000Z',
    actor: 'me@here',
    body,
  })) as unknown as Parameters<typeof runStateOf>[0],
)

/** Looks at a cluster in which node-3 is not any more. */
async function check(reach: Pick<Reach, 'selection'> & Partial<Reach>): Promise<string> {
  const clock = virtualClock()
  const memory = memoryCluster(clock, { nodes: ['node-1', 'node-2'], apps: [] })
  const cluster: Cluster = {
    ...memory,
    create: async (_ref, object) =>
      await Promise.resolve({
        outcome: 'done',
        object: { ...object, status: { allowed: true, incomplete: false, resourceRules: [] } },
      }),
  }
  const toBegin = nodesToBegin(plan, { isAborting: false, state, ...reach })
  const checking = checkRunCluster({ cluster, plan, state, toBegin, scene: undefined, signal })
  await clock.run(checking, 60_000)
  return await checking
}

describe('a planned node that is not in the cluster any more', () => {
  it('is refused by its name, and no other, when it could be begun', async () => {
    await expect(check({ selection: {} })).rejects.toMatchObject({
      code: 'PLAN_STALE',
      message: 'the cluster has changed:\n  node-3 is not in the cluster',
    })
  })

  it.each<[string, Pick<Reach, 'selection'> & Partial<Reach>]>([
    ['when others are gone on with', { selection: { only: ['node-1', 'node-2'] } }],
    ['when another one is brought back', { selection: { rollback: ['node-1'] } }],
    ['when the run is aborted', { selection: {}, isAborting: true }],
    ['when the run was being aborted', { selection: {}, state: { ...state, isAborting: true } }],
  ])('holds up nobody %s', async (_, reach) => {
    await expect(check(reach)).resolves.toBe('uid-cluster')
  })
})

describe('the nodes whose hosts are needed', () => {
  it.each<[string, Omit<Reach, 'state'>, string[]]>([
    ['all of a run that goes on', { selection: {}, isAborting: false }, ['node-2', 'node-3', 'node-1']],
    ['those named', { selection: { only: ['node-3'] }, isAborting: false }, ['node-3']],
    ['those under way of an abort', { selection: {}, isAborting: true }, ['node-1']],
    [
      'those begun of what is brought back',
      { selection: { rollback: ['node-1', 'node-2'] }, isAborting: false },
      ['node-1'],
    ],
  ])('are %s', (_, reach, expected) => {
    expect([...nodesInReach(plan, { ...reach, state })]).toEqual(expected)
  })
})
