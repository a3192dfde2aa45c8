import { describe, expect, it } from 'vitest'
import { readSurroundings } from '../../src/steps/drain-surroundings.ts'
import { memoryApp, startMemoryDrain } from './drain-in-memory.ts'
import { memoryCluster, type MemoryCluster } from './memory-cluster.ts'
import type { Loose } from './memory-objects.ts'
import { virtualClock } from './virtual-clock.ts'

const { signal } = new AbortController()

/** A pod that comes to node-1 while it is drained. */
function latePod(name: string, more: { metadata?: object; spec?: object }): Loose {
  const metadata = { namespace: 'a', name, uid: `uid-${name}`, labels: {}, annotations: {}, ...more.metadata }
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
  return { metadata, spec: { nodeName: 'node-1', ...more.spec }, status }
}

/** One of the Deployment web on node-1. */
function webPod(name: string, tolerates: boolean): Loose {
  const controller = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'web', controller: true }
  return latePod(name, {
    metadata: { labels: { app: 'web' }, ownerReferences: [controller] },
    spec: tolerates ? { tolerations: [{ operator: 'Exists' }] } : {},
  })
}

const nodes = ['node-1', 'node-2', 'node-3']

describe('a drain that is surprised', () => {
  it('leaves out a node that is deleted while it waits, and goes on with the others', async () => {
    const clock = virtualClock()
    const slow = memoryApp({ nodes, endMs: 20_000 })
    const cluster = memoryCluster(clock, { nodes, apps: [slow] })
    const drain = await startMemoryDrain({ clock, cluster }, nodes)
    clock.after(5000, () => cluster.take('nodes', 'node-2'))
    expect(await clock.run(drain.working, 600_000)).toBe(true)
    const { outcomes, error } = await drain.working
    expect(error).toBeUndefined()
    expect(outcomes).toMatchObject([
      { node: 'node-1', result: 'drained' },
      { node: 'node-2', result: 'not-started', failure: { reason: 'node-gone' } },
      { node: 'node-3', result: 'drained' },
    ])
  })

  it('looks up a DaemonSet that was made later before it says what its pod is', async () => {
    const clock = virtualClock()
    const apps = [memoryApp({ endMs: 20_000 })]
    const cluster = memoryCluster(clock, { nodes: ['node-1'], apps })
    const around = readSurroundings(cluster, { pods: [] }, signal)
    await clock.run(around, 1000)
    const drain = await startMemoryDrain({ clock, cluster }, ['node-1'], { around: await around })
    clock.after(4000, () => {
      const controller = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: 'uid-agent' }
      cluster.put('daemonsets', { metadata: { namespace: 'a', name: 'agent', uid: 'uid-agent' } })
      const ownerReferences = [{ ...controller, controller: true }]
      cluster.put('pods', latePod('agent-x', { metadata: { ownerReferences } }))
    })
    expect(await clock.run(drain.working, 600_000)).toBe(true)
    expect((await drain.working).outcomes).toMatchObject([{ result: 'drained', failure: undefined }])
    expect(cluster.sent.map(({ app }) => app)).toEqual(['web'])
    expect(cluster.object('pods', 'agent-x')).toBeDefined()
  })

  it('looks up the volume of a pod that comes later, and refuses to leave local data', async () => {
    const clock = virtualClock()
    const cluster = memoryCluster(clock, { nodes: ['node-1'], apps: [memoryApp({ endMs: 20_000 })] })
    const around = readSurroundings(cluster, { pods: [] }, signal)
    await clock.run(around, 1000)
    const drain = await startMemoryDrain({ clock, cluster }, ['node-1'], { around: await around })
    clock.after(4000, () => {
      const claimRef = { namespace: 'a', name: 'data' }
      cluster.put('persistentvolumes', {
        metadata: { name: 'pv-1' },
        spec: { claimRef, local: { path: '/mnt/ssd' } },
      })
      const controller = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'uid-db' }
      cluster.put(
        'pods',
        latePod('db-0', {
          metadata: { ownerReferences: [{ ...controller, controller: true }] },
          spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
        }),
      )
    })
    expect(await clock.run(drain.working, 600_000)).toBe(true)
    const notices = [{ pod: 'a/db-0', reason: 'local-data', names: ['/mnt/ssd (pv-1)'] }]
    expect((await drain.working).outcomes).toMatchObject([
      { result: 'restored', failure: { reason: 'refused-pod', notices } },
    ])
    expect(cluster.object('pods', 'db-0')?.metadata['deletionTimestamp']).toBeUndefined()
  })

  it('goes on when a node that waits cannot be tainted, and says so', async () => {
    const clock = virtualClock()
    const memory = memoryCluster(clock, { nodes, apps: [memoryApp({ nodes })] })
    const cluster: MemoryCluster = {
      ...memory,
      patch: async (ref, patch, options) =>
        ref.name === 'node-2' && (patch['spec'] as { taints?: unknown }).taints !== undefined
          ? { outcome: 'refused', status: 403, message: 'a webhook says no' }
          : await memory.patch(ref, patch, options),
    }
    const drain = await startMemoryDrain({ clock, cluster }, nodes)
    expect(await clock.run(drain.working, 600_000)).toBe(true)
    const { outcomes, error } = await drain.working
    expect([error, outcomes.map(({ result }) => result)]).toEqual([undefined, nodes.map(() => 'drained')])
    const warning = expect.stringMatching(/could not be put on it: .*a webhook says no/)
    expect(outcomes.map(({ warnings }) => warnings)).toEqual([[], [warning], []])
    expect(drain.warned).toEqual([expect.stringContaining('node-2: the taint')])
  })

  it.each([
    ['deletes past a budget that holds a pod back to the end', undefined, ['delete']],
    ['but not while the server is away, and what it says is old', 'away', []],
    ['nor when it is back and has not told everything again', 'back', []],
    ['nor when the budget only waits for its controller', 'behind', []],
  ])('%s', async (_, trouble, expected) => {
    const clock = virtualClock()
    const app = memoryApp({ nodes: ['node-1', 'node-2'], minAvailable: 2, readyMs: undefined })
    const memory = memoryCluster(clock, { nodes, apps: [app] })
    const news = Promise.withResolvers<void>()
    const cluster: MemoryCluster = {
      ...memory,
      async *watch(query, until) {
        for await (const one of memory.watch(query, until)) {
          yield one
          if (one.type !== 'synced' || query.resource !== 'poddisruptionbudgets') continue
          await news.promise
          if (trouble === 'away' || trouble === 'back') yield { type: 'away', reason: 'no route' }
          const budget = memory.object('poddisruptionbudgets', 'web')
          if (trouble === 'back' && budget !== undefined) yield { type: 'changed', object: budget }
          if (trouble === 'behind' && budget !== undefined)
            yield {
              type: 'changed',
              object: { ...budget, status: { ...budget.status, observedGeneration: 0 } },
            }
        }
      },
    }
    const choices = { escalate: 'delete', timeoutMs: 120_000 } as const
    const drain = await startMemoryDrain({ clock, cluster }, ['node-1'], { choices })
    clock.after(10_000, news.resolve)
    expect(await clock.run(drain.working, 600_000)).toBe(true)
    const [outcome] = (await drain.working).outcomes
    expect(outcome?.result).toBe(expected.length > 0 ? 'drained' : 'restored')
    expect(memory.sent.map(({ how }) => how)).toEqual(expected)
  })

  it.each([true, false])('waits for one that tolerates the cordon to come back: %s', async (tolerates) => {
    const clock = virtualClock()
    const app = memoryApp({ nodes: ['node-2'], endMs: 10_000 })
    const cluster = memoryCluster(clock, { nodes, apps: [app] })
    cluster.put('pods', webPod('first', tolerates))
    const drain = await startMemoryDrain({ clock, cluster }, ['node-1'])
    // It ends after about ten seconds, well after the time that pods have which were bound before the cordon.
    clock.after(14_000, () => cluster.put('pods', webPod('second', tolerates)))
    expect(await clock.run(drain.working, 600_000)).toBe(true)
    const [outcome] = (await drain.working).outcomes
    expect(outcome?.failure).toEqual(tolerates ? { reason: 'pod-comes-back', pod: 'a/second' } : undefined)
  })

  it('gives up on pods that come back again and again before the node is empty once', async () => {
    const clock = virtualClock()
    const cluster = memoryCluster(clock, { nodes, apps: [memoryApp({ nodes: ['node-2'], endMs: 10_000 })] })
    for (let second = 0; second < 60; second += 1)
      clock.after(second * 1000, () => cluster.put('pods', webPod(`web-${second}`, true)))
    const drain = await startMemoryDrain({ clock, cluster }, ['node-1'])
    expect(await clock.run(drain.working, 600_000)).toBe(true)
    const [outcome] = (await drain.working).outcomes
    expect(outcome).toMatchObject({ result: 'restored', failure: { reason: 'pod-comes-back' } })
    // One was there, as many may come once more, and five besides.
    expect(cluster.sent.length).toBeLessThanOrEqual(8)
  })
})
