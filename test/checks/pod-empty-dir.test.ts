import { describe, expect, it } from 'vitest'
import { podEmptyDir } from '../../checks/pod-empty-dir.ts'
import { clusterPod, controller, judgeNode, withPods } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

const volumes = [{ name: 'cache', kind: 'emptyDir' }]
const scratch = withPods(clusterPod('web-0', { volumes }))
const size = { sizeKiB: 100 * 2 ** 20, availableKiB: 60 * 2 ** 20, inodes: null, inodesFree: null }
const space = { filesystems: [{ source: '/dev/vda2', target: '/var', fstype: 'xfs', ...size }] }

describe('pod-empty-dir', () => {
  it('passes without such volumes', () => {
    expect(judgeNode(podEmptyDir, {}).status).toBe('pass')
  })

  it('names the pod and its volumes, and how much the kubelet directory holds', () => {
    expect(judgeNode(podEmptyDir, scratch, { facts: { space } })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('Kubelet directory: 40 GiB used on /var') },
      evidence: [{ excerpt: 'shop/web-0: cache' }],
    })
  })

  it('says nothing of sizes that nobody knows', () => {
    const facts = { space: { filesystems: [] } }
    expect(judgeNode(podEmptyDir, scratch, { facts })).toMatchObject({
      here: { en: 'Content deleted by an eviction: shop/web-0.' },
    })
  })

  it('is graver where nothing can be looked up afterwards', () => {
    expect(judgeNode(podEmptyDir, scratch, { target: 'containeros' })).toMatchObject({ severity: 'high' })
  })

  it('accepts volumes in memory, and pods that stay', () => {
    const memory = clusterPod('web-0', { volumes: [{ name: 'shm', kind: 'emptyDir', medium: 'Memory' }] })
    const agent = clusterPod('agent', { volumes, owner: controller('DaemonSet/agent') })
    expect(judgeNode(podEmptyDir, withPods(memory, agent)).status).toBe('pass')
  })

  itNeedsItsLists(podEmptyDir)
})
