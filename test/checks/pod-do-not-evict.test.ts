import { describe, expect, it } from 'vitest'
import { podDoNotEvict } from '../../checks/pod-do-not-evict.ts'
import { clusterPod, controller, judgeNode, withPods } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

describe('pod-do-not-evict', () => {
  it('passes without such annotations', () => {
    expect(judgeNode(podDoNotEvict, {}).status).toBe('pass')
  })

  it.each([
    ['cluster-autoscaler.kubernetes.io/safe-to-evict', 'false', 'fail'],
    ['cluster-autoscaler.kubernetes.io/safe-to-evict', 'true', 'pass'],
    ['karpenter.sh/do-not-disrupt', 'true', 'fail'],
    ['karpenter.sh/do-not-disrupt', '4h', 'fail'],
    ['karpenter.sh/do-not-evict', 'false', 'pass'],
    ['descheduler.alpha.kubernetes.io/prefer-no-eviction', 'true', 'fail'],
    ['descheduler.alpha.kubernetes.io/evict', 'true', 'pass'],
  ])('judges %s=%s', (key, value, status) => {
    const parts = withPods(clusterPod('web-0', { evictionAnnotations: { [key]: value } }))
    expect(judgeNode(podDoNotEvict, parts).status).toBe(status)
  })

  it('names pod and annotation, of pods that would be moved', () => {
    const evictionAnnotations = { 'karpenter.sh/do-not-evict': 'true' }
    const owner = controller('DaemonSet/agent')
    const parts = withPods(
      clusterPod('web-0', { evictionAnnotations }),
      clusterPod('agent', { evictionAnnotations, owner }),
    )
    expect(judgeNode(podDoNotEvict, parts)).toMatchObject({
      evidence: [{ excerpt: 'shop/web-0: karpenter.sh/do-not-evict=true' }],
    })
  })

  itNeedsItsLists(podDoNotEvict)
})
