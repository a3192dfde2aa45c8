import { describe, expect, it } from 'vitest'
import { kubeSystemPodWithoutController } from '../../checks/kube-system-pod-without-controller.ts'
import { judgeNode, nakedPod, withPods } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

describe('kube-system-pod-without-controller', () => {
  it('passes when every pod has a controller', () => {
    expect(judgeNode(kubeSystemPodWithoutController, {}).status).toBe('pass')
  })

  it('names a pod that nobody makes again', () => {
    const parts = withPods(nakedPod('tool', { namespace: 'kube-system' }))
    expect(judgeNode(kubeSystemPodWithoutController, parts)).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('kube-system/tool') },
    })
  })

  it.each([
    ['that has ended', { namespace: 'kube-system', phase: 'Succeeded' }],
    ['of the kubelet itself', { namespace: 'kube-system', control: 'mirror' as const }],
    ['on another node', { namespace: 'kube-system', node: 'node-2' }],
    ['that the other check names', { namespace: 'shop' }],
  ])('leaves a pod alone %s', (_which, more) => {
    expect(judgeNode(kubeSystemPodWithoutController, withPods(nakedPod('tool', more))).status).toBe('pass')
  })

  itNeedsItsLists(kubeSystemPodWithoutController)
})
