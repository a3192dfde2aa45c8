import { expect, it } from 'vitest'
import { awayNodes } from '../../src/steps/away-nodes.ts'
import type { ComparedCluster } from '../../src/steps/compare-cluster.ts'
import { clusterNode } from '../support/cluster-fixture.ts'

type Node = NonNullable<ComparedCluster['nodes']>[number]

function cluster(nodes: readonly Node[] | null): ComparedCluster {
  return { nodes, workloads: [], pods: [], services: [], volumes: [], claims: [], attachments: [] }
}

const ready = (name: string, more: Partial<Node> = {}): Node => ({
  ...clusterNode(name),
  ready: 'ready',
  ...more,
})
const of = (...names: string[]): { all: string[]; away: () => string[] } => ({ all: names, away: () => [] })

it('counts nodes of the run that are gone, not ready, or cordoned and were not before', () => {
  const was = cluster([
    ready('gone'),
    ready('silent'),
    ready('cordoned'),
    ready('of-people', { unschedulable: true }),
    ready('well'),
    ready('stranger'),
  ])
  const is = cluster([
    ready('silent', { ready: 'unknown' }),
    ready('cordoned', { unschedulable: true }),
    ready('of-people', { unschedulable: true }),
    ready('well'),
    ready('stranger', { ready: 'not-ready' }),
  ])
  const run = of('gone', 'silent', 'cordoned', 'of-people', 'well')
  expect([...awayNodes({ was, is }, run)].sort()).toEqual(['cordoned', 'gone', 'silent'])
})

it('takes those that the journal says, and excuses nobody when nodes could not be read', () => {
  const run = { all: ['a', 'b'], away: () => ['b'] }
  expect([...awayNodes({ was: cluster([]), is: cluster(null) }, run)]).toEqual(['b'])
})
