import { describe, expect, it } from 'vitest'
import { controlPlaneRedundancy } from '../../checks/control-plane-redundancy.ts'
import { clusterNode, judgeNode } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

const labels = { 'node-role.kubernetes.io/control-plane': '' }

describe('control-plane-redundancy', () => {
  it('has nothing to say about a worker', () => {
    expect(judgeNode(controlPlaneRedundancy, {}).status).toBe('not-applicable')
  })

  it.each(['control-plane', 'master'])('passes when another node with the role %s is ready', (role) => {
    const labels = { [`node-role.kubernetes.io/${role}`]: '' }
    const nodes = [clusterNode('node-1', { labels }), clusterNode('node-2', { labels })]
    expect(judgeNode(controlPlaneRedundancy, { nodes }).status).toBe('pass')
  })

  it('fails when the only other one is not ready', () => {
    const nodes = [clusterNode('node-1', { labels }), clusterNode('node-2', { labels, ready: 'unknown' })]
    expect(judgeNode(controlPlaneRedundancy, { nodes })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: '2 control plane nodes, none of the others is ready.' },
    })
  })

  it('blocks a reprovision of the only one', () => {
    const nodes = [clusterNode('node-1', { labels }), clusterNode('node-2')]
    expect(judgeNode(controlPlaneRedundancy, { nodes }, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      severity: 'block',
    })
  })

  itNeedsItsLists(controlPlaneRedundancy)
})
