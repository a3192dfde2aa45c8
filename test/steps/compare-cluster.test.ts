import { describe, expect, it } from 'vitest'
import type { ClusterRecord } from '../../src/model/cluster.ts'
import { compareClusters, isComparedPod, type ComparedCluster } from '../../src/steps/compare-cluster.ts'
import { clusterWorkload, guardService, nakedPod } from '../support/cluster-fixture.ts'

function workload(more: Partial<ClusterRecord<'workloads'>> = {}): ClusterRecord<'workloads'> {
  return clusterWorkload('Deployment/web', { images: [{ image: 'web:1', digests: ['sha256:a'] }], ...more })
}

function cluster(...workloads: ClusterRecord<'workloads'>[]): ComparedCluster {
  return { nodes: [], workloads, pods: [], services: [], volumes: [], claims: [], attachments: [] }
}

function answered(ready: number, notReady = 0): ComparedCluster {
  const endpoints = { ready, notReady, readyByNode: {} }
  return { ...cluster(), services: [{ ...guardService(null), name: 'web', endpoints }] }
}

const kinds = (was: ComparedCluster, is: ComparedCluster): string[] =>
  compareClusters(was, is, []).differences.map(({ kind }) => kind)

describe('compareClusters', () => {
  it('finds nothing in what is the same', () => {
    expect(compareClusters(cluster(workload()), cluster(workload()), [])).toEqual({
      differences: [],
      unknown: [],
    })
  })

  it('tells fewer ready pods from fewer wanted ones, and expects no more than there was', () => {
    const was = cluster(workload({ ready: 2 }))
    expect(kinds(was, cluster(workload({ ready: 2 })))).toEqual([])
    expect(kinds(was, cluster(workload({ ready: 1 })))).toEqual(['fewer-ready'])
    expect(kinds(was, cluster(workload({ ready: null })))).toEqual(['fewer-ready'])
    expect(kinds(was, cluster(workload({ replicas: 1, ready: 1 })))).toEqual(['replicas-changed'])
  })

  it('tells another image from another digest of the same, and takes no running pod for neither', () => {
    const images = (image: string, ...digests: string[]): ComparedCluster =>
      cluster(workload({ images: [{ image, digests }] }))
    const was = images('web:1', 'sha256:a')
    expect(kinds(was, images('web:2', 'sha256:b'))).toEqual(['images-changed'])
    expect(kinds(was, images('web:1', 'sha256:a', 'sha256:b'))).toEqual(['digests-changed'])
    expect(kinds(was, images('web:1'))).toEqual([])
  })

  it('misses a pod that nobody creates again, and takes ended ones and those of a workload for none of its own', () => {
    const withPods = (...pods: ClusterRecord<'pods'>[]): ComparedCluster => ({ ...cluster(), pods })
    const pod = (more: Partial<ClusterRecord<'pods'>> = {}): ClusterRecord<'pods'> => nakedPod('alone', more)
    expect(compareClusters(withPods(pod()), withPods(), []).differences).toEqual([
      { kind: 'pod-missing', object: 'Pod shop/alone', was: 'Running', is: '' },
    ])
    expect(kinds(withPods(pod()), withPods(pod({ uid: 'another' })))).toEqual([])
    expect(kinds(withPods(pod()), withPods(pod({ ready: false })))).toEqual(['pod-not-ready'])
    expect(kinds(withPods(pod({ ready: false })), withPods(pod({ ready: false })))).toEqual([])
    expect(compareClusters(withPods(pod()), { ...cluster(), pods: null }, []).unknown).toEqual(['pods'])
    expect([pod(), pod({ control: 'controller' }), pod({ phase: 'Succeeded' })].map(isComparedPod)).toEqual([
      true,
      false,
      false,
    ])
  })

  it('tells fewer ready endpoints from none at all, and expects no more than there were', () => {
    const was = answered(2, 1)
    expect(kinds(was, answered(2))).toEqual([])
    expect(kinds(was, answered(3))).toEqual([])
    expect(kinds(answered(0), answered(0, 2))).toEqual([])
    expect(kinds(was, cluster())).toEqual(['service-missing'])
    expect(compareClusters(was, answered(1, 2), []).differences).toEqual([
      { kind: 'fewer-endpoints', object: 'Service shop/web', was: '2 ready, 1 not', is: '1 ready, 2 not' },
    ])
    expect(compareClusters(was, answered(0, 1), []).differences).toEqual([
      { kind: 'no-endpoints', object: 'Service shop/web', was: '2 ready, 1 not', is: '0 ready, 1 not' },
    ])
  })

  it('does not miss jobs, which go by themselves', () => {
    expect(kinds(cluster(workload({ kind: 'Job' })), cluster())).toEqual([])
    expect(kinds(cluster(workload()), cluster())).toEqual(['workload-missing'])
  })

  it('says what is not known, and compares nothing with it', () => {
    const unread = { ...cluster(), workloads: null, attachments: null }
    expect(compareClusters(cluster(workload()), unread, [])).toEqual({
      differences: [],
      unknown: ['workloads', 'attachments'],
    })
    expect(compareClusters(unread, cluster(workload()), []).unknown).toEqual(['workloads', 'attachments'])
  })
})
