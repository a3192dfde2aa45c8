import { describe, expect, it } from 'vitest'
import { openClusterView } from '../../src/steps/cluster-view.ts'
import { memoryApp } from './drain-in-memory.ts'
import { memoryCluster } from './memory-cluster.ts'
import { virtualClock } from './virtual-clock.ts'

describe('the view of many nodes', () => {
  const nodes = Array.from({ length: 21 }, (_, index) => `node-${index}`)
  const odd = (nodeName: string) => ({
    metadata: { namespace: 'a', name: 'odd', uid: 'uid-odd', labels: {} },
    spec: { nodeName, terminationGracePeriodSeconds: 'a while' },
  })

  it.each([
    ['passes over a pod of another node that nobody can read', 'elsewhere', false],
    ['ends with one of a wanted node', 'node-3', true],
  ])('%s', async (_, node, ends) => {
    const clock = virtualClock()
    const cluster = memoryCluster(clock, { nodes, apps: [memoryApp({ nodes: ['node-0'] })] })
    const { signal } = new AbortController()
    const view = await openClusterView({ cluster, clock, wait: clock.wait, nodes, signal })
    cluster.put('pods', odd(node))
    await clock.run(clock.wait(100, signal), 1000)
    expect(view.failure.aborted).toBe(ends)
    expect([...view.pods.keys()]).toEqual(['uid-web-1'])
  })
})
