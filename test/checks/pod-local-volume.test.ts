import { describe, expect, it } from 'vitest'
import { podLocalVolume } from '../../checks/pod-local-volume.ts'
import { boundClaim, clusterNode, clusterPod, judgeNode, withPods } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

function withClaim({ claim, volume }: ReturnType<typeof boundClaim>): ReturnType<typeof withPods> {
  const volumes = [{ name: 'v', kind: 'persistentVolumeClaim', claim: 'data' }]
  return { ...withPods(clusterPod('db-0', { volumes })), claims: [claim], volumes: [volume] }
}

describe('pod-local-volume', () => {
  it('passes without claims', () => {
    expect(judgeNode(podLocalVolume, {}).status).toBe('pass')
  })

  it('names pod, claim, path and size of a local volume', () => {
    const local = boundClaim('data', { kind: 'local', path: '/mnt/d1' }, ['node-1'])
    expect(judgeNode(podLocalVolume, withClaim(local))).toMatchObject({
      status: 'fail',
      severity: 'medium',
      evidence: [{ excerpt: 'shop/db-0: data local /mnt/d1 10 GiB' }],
    })
  })

  it('blocks a reprovision', () => {
    const local = boundClaim('data', { kind: 'local', path: '/mnt/d1' }, ['node-1'])
    expect(judgeNode(podLocalVolume, withClaim(local), { target: 'containeros' })).toMatchObject({
      status: 'fail',
      severity: 'block',
    })
  })

  it('accepts a volume that other nodes may use', () => {
    const disk = boundClaim('data', { kind: 'csi', driver: 'disk' }, ['node-1', 'node-2'])
    expect(judgeNode(podLocalVolume, withClaim(disk)).status).toBe('pass')
  })

  it('names a volume whose other nodes are cordoned', () => {
    const disk = boundClaim('data', { kind: 'csi', driver: 'disk' }, ['node-1', 'node-2'])
    const nodes = [clusterNode('node-1'), clusterNode('node-2', { unschedulable: true })]
    expect(judgeNode(podLocalVolume, { ...withClaim(disk), nodes }).status).toBe('fail')
  })

  it('is unknown when the claim is not in the snapshot', () => {
    const local = boundClaim('data', { kind: 'local' }, ['node-1'])
    expect(judgeNode(podLocalVolume, { ...withClaim(local), claims: [] })).toMatchObject({
      status: 'unknown',
      evidence: [{ excerpt: expect.stringContaining('shop/db-0: data') }],
    })
  })

  it('accepts a claim that has no volume yet', () => {
    const local = boundClaim('data', { kind: 'local' }, ['node-1'])
    const claims = [{ ...local.claim, volume: null }]
    expect(judgeNode(podLocalVolume, { ...withClaim(local), claims }).status).toBe('pass')
  })

  itNeedsItsLists(podLocalVolume)
})
