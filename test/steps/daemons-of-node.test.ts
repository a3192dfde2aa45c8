import { describe, expect, it } from 'vitest'
import type { ClusterRecord } from '../../src/model/cluster.ts'
import { compareClusters, type ComparedCluster, type Difference } from '../../src/steps/compare-cluster.ts'
import { daemonsOfNode } from '../../src/steps/daemons-of-node.ts'
import { clusterWorkload } from '../support/cluster-fixture.ts'

function cluster(...workloads: ClusterRecord<'workloads'>[]): ComparedCluster {
  return { nodes: [], workloads, pods: [], services: [], volumes: [], claims: [], attachments: [] }
}

const agent = (ready: number): ClusterRecord<'workloads'> => clusterWorkload('DaemonSet/agent', { ready })
const web = (ready: number): ClusterRecord<'workloads'> => clusterWorkload('Deployment/web', { ready })

function judged(was: ComparedCluster, is: ComparedCluster, missing: string[]): readonly Difference[] {
  return daemonsOfNode(was, compareClusters(was, is, ['node-1']), missing).differences
}

describe('daemonsOfNode', () => {
  it('does not miss pods of DaemonSets on other nodes, and still those of other workloads', () => {
    expect(judged(cluster(agent(3), web(3)), cluster(agent(1), web(2)), [])).toMatchObject([
      { kind: 'fewer-ready', object: 'Deployment shop/web', was: '3', is: '2' },
    ])
  })

  it('misses the one of the node, however many are ready elsewhere', () => {
    expect(judged(cluster(agent(3)), cluster(agent(3)), ['shop/agent'])).toEqual([
      { kind: 'fewer-ready', object: 'DaemonSet shop/agent', was: '1', is: '0' },
    ])
  })

  it('expects nothing of one that was not whole before, or was not there', () => {
    expect(judged(cluster(agent(2)), cluster(agent(2)), ['shop/agent', 'shop/new'])).toEqual([])
  })
})
