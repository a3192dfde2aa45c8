import { describe, expect, it } from 'vitest'
import { kubeletServerSkew } from '../../checks/kubelet-server-skew.ts'
import { clusterNode, judgeNode } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

describe('kubelet-server-skew', () => {
  it.each([
    ['v1.24.3', 'v1.24.9', 'pass'],
    ['v1.22.0', 'v1.24.3', 'pass'],
    ['v1.21.9', 'v1.24.3', 'fail'],
    ['v1.25.0', 'v1.28.1', 'pass'],
    ['v1.24.0', 'v1.27.1', 'fail'],
    ['v1.25.0', 'v1.24.3', 'fail'],
    ['v1.22.15-aliyun.1', 'v1.24.6+k3s1', 'pass'],
    ['nightly', 'v1.24.3', 'unknown'],
  ])('judges kubelet %s under API server %s', (kubelet, version, status) => {
    const node = clusterNode('node-1')
    const nodes = [{ ...node, info: { ...node.info, kubeletVersion: kubelet } }]
    expect(judgeNode(kubeletServerSkew, { nodes }, { version }).status).toBe(status)
  })

  it('names both versions', () => {
    expect(judgeNode(kubeletServerSkew, {}, { version: 'v1.30.1' })).toMatchObject({
      status: 'fail',
      here: { en: 'kubelet v1.24.3, API server v1.30.1.' },
    })
  })

  itNeedsItsLists(kubeletServerSkew)
})
