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

  it('wakes who waits once for changes that come together', async () => {
    const clock = virtualClock()
    const names = ['web-1', 'web-2', 'web-3']
    const cluster = memoryCluster(clock, { nodes, apps: [memoryApp({ nodes: ['node-0'] })] })
    const { signal } = new AbortController()
    const view = await openClusterView({ cluster, clock, wait: clock.wait, nodes, signal })
    const told: string[] = []
    view.onPod(({ name }) => void told.push(name))
    let wakes = 0
    const counting = async (): Promise<void> => {
      for (;;) {
        await view.wake.changed(undefined, signal)
        wakes += 1
      }
    }
    void counting()
    for (const name of names)
      cluster.put('pods', {
        metadata: { namespace: 'a', name, uid: `uid-more-${name}`, labels: {} },
        spec: { nodeName: 'node-3', terminationGracePeriodSeconds: 30 },
        status: { phase: 'Running' },
      })
    await clock.run(clock.wait(100, signal), 1000)
    expect(told).toEqual(names)
    expect([...view.podsOn('node-3')].map(({ name }) => name)).toEqual(names)
    expect([view.podsVersion('node-3'), view.podsVersion('node-4')]).toEqual([3, 0])
    expect(wakes).toBe(1)
  })
})
