import { describe, expect, it } from 'vitest'
import { podWithoutController } from '../../checks/pod-without-controller.ts'
import { judgeNode, nakedPod, withPods } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

describe('pod-without-controller', () => {
  it('passes when every pod has a controller', () => {
    expect(judgeNode(podWithoutController, {}).status).toBe('pass')
  })

  it('names a pod that nobody makes again', () => {
    const parts = withPods(nakedPod('tool', { namespace: 'shop' }))
    expect(judgeNode(podWithoutController, parts)).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('shop/tool') },
    })
  })

  it.each([
    ['that has ended', { namespace: 'shop', phase: 'Succeeded' }],
    ['of the kubelet itself', { namespace: 'shop', control: 'mirror' as const }],
    ['on another node', { namespace: 'shop', node: 'node-2' }],
    ['that the other check names', { namespace: 'kube-system' }],
  ])('leaves a pod alone %s', (_which, more) => {
    expect(judgeNode(podWithoutController, withPods(nakedPod('tool', more))).status).toBe('pass')
  })

  itNeedsItsLists(podWithoutController)
})
