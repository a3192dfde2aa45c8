import { describe, expect, it } from 'vitest'
import { workloadSingleReplica } from '../../checks/workload-single-replica.ts'
import { clusterPod, clusterWorkload, controller, judgeNode } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

describe('workload-single-replica', () => {
  it('passes when there are replicas elsewhere', () => {
    expect(judgeNode(workloadSingleReplica, {}).status).toBe('pass')
  })

  it('names a workload that has one pod', () => {
    const workloads = [clusterWorkload('Deployment/web', { replicas: 1 })]
    expect(judgeNode(workloadSingleReplica, { pods: [clusterPod('web-0')], workloads })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('shop Deployment/web') },
      evidence: [{ excerpt: 'shop/web-0: 1 of 1 replicas' }],
    })
  })

  it('counts a replica elsewhere that is not ready yet', () => {
    const pods = [clusterPod('web-0'), clusterPod('web-1', { node: 'node-2', ready: false })]
    expect(judgeNode(workloadSingleReplica, { pods }).status).toBe('pass')
  })

  it.each(['Job/once', 'CronJob/nightly', 'DaemonSet/agent'])('leaves %s alone', (owner) => {
    const pods = [clusterPod('one', { owner: controller(owner) })]
    expect(judgeNode(workloadSingleReplica, { pods }).status).toBe('pass')
  })

  it('works for workloads of operators, of which the snapshot has no record', () => {
    const pods = [clusterPod('db-0', { owner: controller('example.com:Database/db') })]
    expect(judgeNode(workloadSingleReplica, { pods })).toMatchObject({
      status: 'fail',
      evidence: [{ excerpt: 'shop/db-0: 1 of ? replicas' }],
    })
  })

  itNeedsItsLists(workloadSingleReplica)
})
