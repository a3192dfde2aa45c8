import { describe, expect, it } from 'vitest'
import { nodeCordoned } from '../../checks/node-cordoned.ts'
import { clusterNode, judgeNode } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

describe('node-cordoned', () => {
  it('passes for a node that takes pods', () => {
    expect(judgeNode(nodeCordoned, {}).status).toBe('pass')
  })

  it('says when somebody else has cordoned it', () => {
    const nodes = [clusterNode('node-1', { unschedulable: true })]
    expect(judgeNode(nodeCordoned, { nodes })).toMatchObject({
      status: 'fail',
      here: { en: 'Node node-1 is cordoned, and not by osferry.' },
    })
  })

  it('says when a run of osferry has cordoned it', () => {
    const annotations = { 'osferry.io/cordon': '{"run":"r1","holder":"ops@host"}' }
    const nodes = [clusterNode('node-1', { unschedulable: true, annotations })]
    expect(judgeNode(nodeCordoned, { nodes })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('by osferry') },
      evidence: [{ excerpt: expect.stringContaining('ops@host') }],
    })
  })

  it('does not mind that another node is cordoned', () => {
    const nodes = [clusterNode('node-1'), clusterNode('node-2', { unschedulable: true })]
    expect(judgeNode(nodeCordoned, { nodes }).status).toBe('pass')
  })

  itNeedsItsLists(nodeCordoned)
})
