import { describe, expect, it } from 'vitest'
import { nodeNotReady } from '../../checks/node-not-ready.ts'
import { clusterNode, judgeNode } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

describe('node-not-ready', () => {
  it('passes for a ready node', () => {
    expect(judgeNode(nodeNotReady, {}).status).toBe('pass')
  })

  it.each([
    ['not-ready' as const, 'is not ready'],
    ['unknown' as const, 'is not heard of'],
  ])('says that a node is %s', (ready, words) => {
    const nodes = [clusterNode('node-1', { ready })]
    expect(judgeNode(nodeNotReady, { nodes })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining(words) },
    })
  })

  it('works without the condition', () => {
    const nodes = [clusterNode('node-1', { ready: 'unknown', conditions: [] })]
    expect(judgeNode(nodeNotReady, { nodes })).toMatchObject({
      here: { en: 'Node node-1 is not heard of (-), since -.' },
    })
  })

  it('does not mind that another node is not ready', () => {
    const nodes = [clusterNode('node-1'), clusterNode('node-2', { ready: 'not-ready' })]
    expect(judgeNode(nodeNotReady, { nodes }).status).toBe('pass')
  })

  itNeedsItsLists(nodeNotReady)
})
