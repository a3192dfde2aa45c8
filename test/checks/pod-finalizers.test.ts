import { describe, expect, it } from 'vitest'
import { podFinalizers } from '../../checks/pod-finalizers.ts'
import { clusterPod, judgeNode, withPods } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

describe('pod-finalizers', () => {
  it('passes without finalizers', () => {
    expect(judgeNode(podFinalizers, {}).status).toBe('pass')
  })

  it('names pod and finalizer', () => {
    const parts = withPods(clusterPod('web-0', { finalizers: ['example.com/backup'] }))
    expect(judgeNode(podFinalizers, parts)).toMatchObject({
      status: 'fail',
      severity: 'medium',
      evidence: [{ excerpt: 'shop/web-0: example.com/backup' }],
    })
  })

  it('accepts the one by which Jobs are counted', () => {
    const parts = withPods(clusterPod('job-0', { finalizers: ['batch.kubernetes.io/job-tracking'] }))
    expect(judgeNode(podFinalizers, parts).status).toBe('pass')
  })

  it.each([
    ['just ends', '2026-11-20T23:59:30Z', 'pass'],
    ['should have ended an hour ago', '2026-11-20T23:00:00Z', 'fail'],
  ])('looks at a pod that %s', (_what, deletedAt, status) => {
    expect(judgeNode(podFinalizers, withPods(clusterPod('web-0', { deletedAt }))).status).toBe(status)
  })

  it('is graver for a pod that is stuck', () => {
    const parts = withPods(clusterPod('web-0', { deletedAt: '2026-11-20T08:00:00Z' }))
    expect(judgeNode(podFinalizers, parts)).toMatchObject({
      severity: 'high',
      evidence: [{ excerpt: 'shop/web-0: no finalizer ending since 2026-11-20T08:00:00Z' }],
    })
  })

  itNeedsItsLists(podFinalizers)
})
