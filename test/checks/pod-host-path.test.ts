import { describe, expect, it } from 'vitest'
import { podHostPath } from '../../checks/pod-host-path.ts'
import { clusterPod, controller, judgeNode, withPods } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

const size = { sizeKiB: 100 * 2 ** 20, availableKiB: 60 * 2 ** 20, inodes: null, inodesFree: null }
const space = { filesystems: [{ source: '/dev/vdb', target: '/data', fstype: 'xfs', ...size }] }

function withPath(more: object): ReturnType<typeof withPods> {
  const volume = { name: 'data', kind: 'hostPath', path: '/data/web', ...more }
  return withPods(clusterPod('web-0', { volumes: [volume] }))
}

describe('pod-host-path', () => {
  it('passes without such volumes', () => {
    expect(judgeNode(podHostPath, {}).status).toBe('pass')
  })

  it('names pod, path and what the file system holds', () => {
    expect(judgeNode(podHostPath, withPath({}), { facts: { space } })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      evidence: [{ excerpt: 'shop/web-0: /data/web (40 GiB used on /data)' }],
    })
  })

  it('blocks a reprovision, which rewrites the disk', () => {
    expect(judgeNode(podHostPath, withPath({}), { target: 'containeros' })).toMatchObject({
      status: 'fail',
      severity: 'block',
    })
  })

  it.each([
    ['that is only read', { readOnly: true }],
    ['that is a socket', { hostPathType: 'Socket' }],
    ['of the running system', { path: '/run/containerd/containerd.sock' }],
    ['of devices', { path: '/dev/fuse' }],
  ])('accepts a path %s', (_which, more) => {
    expect(judgeNode(podHostPath, withPath(more)).status).toBe('pass')
  })

  it('does not take /running for /run', () => {
    expect(judgeNode(podHostPath, withPath({ path: '/running' })).status).toBe('fail')
  })

  it('leaves DaemonSets to their own check', () => {
    const owner = controller('DaemonSet/agent')
    const volumes = [{ name: 'data', kind: 'hostPath', path: '/data' }]
    expect(judgeNode(podHostPath, withPods(clusterPod('agent', { owner, volumes }))).status).toBe('pass')
  })

  itNeedsItsLists(podHostPath)
})
