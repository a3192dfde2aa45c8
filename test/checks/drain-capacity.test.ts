import { describe, expect, it } from 'vitest'
import { drainCapacity } from '../../checks/drain-capacity.ts'
import { clusterNode, clusterPod, judgeNode } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

const two = [clusterNode('node-1'), clusterNode('node-2')]

describe('drain-capacity', () => {
  it('passes when there is room', () => {
    expect(judgeNode(drainCapacity, {}).status).toBe('pass')
  })

  it.each([
    ['exactly enough', 4000, 'pass'],
    ['a little too little', 4001, 'fail'],
  ])('knows %s', (_what, cpu, status) => {
    const pods = [
      clusterPod('a', { requests: { cpu: 2000 } }),
      clusterPod('b', { requests: { cpu: cpu - 2000 } }),
    ]
    expect(judgeNode(drainCapacity, { nodes: two, pods }).status).toBe(status)
  })

  it('says what is missing, of how much', () => {
    const pods = ['a', 'b', 'c'].map((name) => clusterPod(name, { requests: { cpu: 2000, memory: 2 ** 32 } }))
    expect(judgeNode(drainCapacity, { nodes: two, pods })).toMatchObject({
      status: 'fail',
      here: {
        en: 'Missing on the other nodes together: cpu 2000m of 6000m, memory 4.0 GiB of 12 GiB.',
      },
    })
  })

  it('names a pod that no single node has room for', () => {
    const nodes = ['node-1', 'node-2', 'node-3'].map((name) => clusterNode(name))
    const pods = [
      clusterPod('big', { requests: { cpu: 3000 } }),
      ...['node-2', 'node-3'].map((node) => clusterPod(`on-${node}`, { node, requests: { cpu: 2000 } })),
    ]
    expect(judgeNode(drainCapacity, { nodes, pods })).toMatchObject({
      status: 'fail',
      here: { en: 'No single node has room for shop/big.' },
    })
  })

  it('counts places for pods too', () => {
    const full = clusterNode('node-2', { allocatable: { cpu: 4000, memory: 2 ** 33, pods: 1 } })
    const pods = [clusterPod('a'), clusterPod('b', { node: 'node-2' })]
    expect(judgeNode(drainCapacity, { nodes: [clusterNode('node-1'), full], pods })).toMatchObject({
      here: { en: expect.stringContaining('pods 1 of 1') },
    })
  })

  it('leaves a cluster without another node to its own check', () => {
    const nodes = [clusterNode('node-1'), clusterNode('node-2', { unschedulable: true })]
    expect(judgeNode(drainCapacity, { nodes, pods: [clusterPod('a')] }).status).toBe('pass')
  })

  itNeedsItsLists(drainCapacity)
})
