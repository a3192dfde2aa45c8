import { describe, expect, it } from 'vitest'
import type { ClusterRecord } from '../../src/model/cluster.ts'
import { comparedLists } from '../../src/model/compared-lists.ts'
import { compareClusters, type ComparedCluster } from '../../src/steps/compare-cluster.ts'
import { judgeDifferences, type NodeComparison } from '../../src/steps/people-changes.ts'
import { clusterWorkload, guardService, nakedPod } from '../support/cluster-fixture.ts'

const nothing: ComparedCluster = {
  nodes: [],
  workloads: [],
  pods: [],
  services: [],
  volumes: [],
  claims: [],
  attachments: [],
}

function web(more: Partial<ClusterRecord<'workloads'>> = {}): ClusterRecord<'workloads'> {
  const images = [{ image: 'web:1', digests: ['sha256:a'] }]
  return clusterWorkload('Deployment/web', { images, replicas: 3, ready: 3, ...more })
}

function service(ready: number): ClusterRecord<'services'> {
  const endpoints = { ready, notReady: 0, readyByNode: {} }
  return { ...guardService(null), namespace: web().namespace, name: 'web', endpoints }
}

function judge(
  was: Partial<ComparedCluster>,
  is: Partial<ComparedCluster>,
  more: Partial<NodeComparison> = {},
): { open: string[]; told: string[]; unknown: readonly string[] } {
  const clusters = { was: { ...nothing, ...was }, is: { ...nothing, ...is } }
  const asked = { node: 'node-1', lists: comparedLists, letsNakedGo: false, ...more }
  const { open, told, unknown } = judgeDifferences(
    clusters,
    compareClusters(clusters.was, clusters.is, ['node-1']),
    asked,
  )
  return { open: open.map(({ kind }) => kind), told: told.map(({ kind }) => kind), unknown }
}

const all = (...workloads: ClusterRecord<'workloads'>[]): Partial<ComparedCluster> => ({ workloads })

describe('judgeDifferences', () => {
  it('waits for pods that are missing, and for endpoints', () => {
    expect(judge(all(web()), all(web({ ready: 2 })))).toMatchObject({ open: ['fewer-ready'], told: [] })
    expect(judge({ services: [service(3)] }, { services: [service(2)] }).open).toEqual(['fewer-endpoints'])
    expect(judge({ services: [service(3)] }, { services: [service(0)] }).open).toEqual(['no-endpoints'])
  })

  it('tells what people have scaled, deployed or deleted, and does not wait for what follows from it', () => {
    expect(judge(all(web()), all(web({ replicas: 2, ready: 1 })))).toMatchObject({
      open: [],
      told: ['replicas-changed', 'fewer-ready'],
    })
    const images = [{ image: 'web:2', digests: ['sha256:b'] }]
    expect(judge(all(web()), all(web({ images, ready: 0 })))).toMatchObject({
      open: [],
      told: ['fewer-ready', 'images-changed'],
    })
    expect(judge(all(web()), all())).toMatchObject({ open: [], told: ['workload-missing'] })
    // Made anew under the same name.
    expect(judge(all(web()), all(web({ uid: 'another', ready: 1 })))).toMatchObject({
      open: [],
      told: ['fewer-ready'],
    })
    const scaled = judge(
      { ...all(web()), services: [service(3)] },
      { ...all(web({ replicas: 1, ready: 1 })), services: [service(1)] },
    )
    expect(scaled).toMatchObject({ open: [], told: ['replicas-changed', 'fewer-endpoints'] })
  })

  it('waits for other workloads than those that people have changed', () => {
    const api = (ready: number): ClusterRecord<'workloads'> => ({ ...web({ ready }), name: 'api' })
    expect(judge(all(web(), api(3)), all(web({ replicas: 1, ready: 1 }), api(2)))).toMatchObject({
      open: ['fewer-ready'],
      told: ['replicas-changed'],
    })
  })

  it('misses pods without a controller that were on the node, unless the plan lets them go for good', () => {
    const pods = (node: string): Partial<ComparedCluster> => ({ pods: [nakedPod('alone', { node })] })
    expect(judge(pods('node-1'), {})).toMatchObject({ open: ['pod-missing'], told: [] })
    expect(judge(pods('node-2'), {})).toMatchObject({ open: [], told: ['pod-missing'] })
    expect(judge(pods('node-1'), {}, { letsNakedGo: true })).toMatchObject({
      open: [],
      told: ['pod-missing'],
    })
  })

  it('looks only at the lists that were asked for, and takes none that could not be read for equal', () => {
    expect(judge(all(web()), all(web({ ready: 0 })), { lists: ['nodes'] })).toMatchObject({
      open: [],
      told: [],
    })
    expect(judge(all(web()), { workloads: null }).unknown).toEqual(['workloads'])
    expect(judge(all(web()), { workloads: null }, { lists: ['nodes'] }).unknown).toEqual([])
  })
})
