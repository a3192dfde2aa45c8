import { describe, expect, it } from 'vitest'
import { podOnlyThisNode } from '../../checks/pod-only-this-node.ts'
import { clusterNode, clusterPod, judgeNode, withPods } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

const fast = clusterNode('node-1', { labels: { disk: 'fast' } })
const picky = clusterPod('picky', { scheduling: { nodeSelector: { disk: 'fast' } } })

describe('pod-only-this-node', () => {
  it('passes when another node may run the pods', () => {
    expect(judgeNode(podOnlyThisNode, {}).status).toBe('pass')
  })

  it('names a pod whose label only this node has', () => {
    expect(
      judgeNode(podOnlyThisNode, { ...withPods(picky), nodes: [fast, clusterNode('node-2')] }),
    ).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('shop/picky') },
    })
  })

  it.each([
    ['is cordoned', { unschedulable: true }],
    ['is not ready', { ready: 'not-ready' as const }],
  ])('does not count a node with the label that %s', (_why, more) => {
    const other = clusterNode('node-2', { labels: { disk: 'fast' }, ...more })
    expect(judgeNode(podOnlyThisNode, { ...withPods(picky), nodes: [fast, other] }).status).toBe('fail')
  })

  it('passes with one more node that has the label', () => {
    const other = clusterNode('node-2', { labels: { disk: 'fast' } })
    expect(judgeNode(podOnlyThisNode, { ...withPods(picky), nodes: [fast, other] }).status).toBe('pass')
  })

  it('fails on the only node of a cluster', () => {
    const parts = { nodes: [clusterNode('node-1')], pods: [clusterPod('web-0')] }
    expect(judgeNode(podOnlyThisNode, parts).status).toBe('fail')
  })

  itNeedsItsLists(podOnlyThisNode)
})
