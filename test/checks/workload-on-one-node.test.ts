import { describe, expect, it } from 'vitest'
import { workloadOnOneNode } from '../../checks/workload-on-one-node.ts'
import { clusterPod, controller, judgeNode } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

const both = [clusterPod('web-0'), clusterPod('web-1')]

describe('workload-on-one-node', () => {
  it('passes when replicas are spread', () => {
    expect(judgeNode(workloadOnOneNode, {}).status).toBe('pass')
  })

  it('names a workload whose replicas a budget at least moves one by one', () => {
    expect(judgeNode(workloadOnOneNode, { pods: both })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      evidence: [{ excerpt: 'shop Deployment/web: 2 pods, all on node-1' }],
    })
  })

  it('is graver without a budget', () => {
    expect(judgeNode(workloadOnOneNode, { pods: both, budgets: [] })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('Without a budget') },
    })
  })

  it('passes with a single replica elsewhere', () => {
    const pods = [...both, clusterPod('web-2', { node: 'node-2' })]
    expect(judgeNode(workloadOnOneNode, { pods }).status).toBe('pass')
  })

  it('does not count pods of a Job', () => {
    const pods = both.map((pod) => ({ ...pod, owner: controller('Job/work') }))
    expect(judgeNode(workloadOnOneNode, { pods }).status).toBe('pass')
  })

  itNeedsItsLists(workloadOnOneNode)
})
