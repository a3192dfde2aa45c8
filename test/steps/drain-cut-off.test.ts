import { describe, expect, it } from 'vitest'
import { memoryApp, startMemoryDrain } from './drain-in-memory.ts'
import { memoryCluster, type MemoryCluster } from './memory-cluster.ts'
import { virtualClock } from './virtual-clock.ts'

describe('an eviction that is cut off', () => {
  it('has ended before its node is given back, and a pod that went by it all the same is created again', async () => {
    const clock = virtualClock()
    const naked = memoryApp({ name: 'naked', kind: 'naked' })
    const held = memoryApp({ name: 'held', nodes: ['node-1', 'node-2'], minAvailable: 2, readyMs: undefined })
    const memory = memoryCluster(clock, { nodes: ['node-1', 'node-2'], apps: [naked, held] })
    const alive = new Set<string>()
    const aliveAtUncordon: number[] = []
    const created: unknown[] = []
    const cluster: MemoryCluster = {
      ...memory,
      // It hangs, and the server, which has the request, does it ten seconds after the caller has hung up.
      async evict(request) {
        alive.add(request.name)
        const ended = Promise.withResolvers<never>()
        request.signal.addEventListener('abort', () => {
          clock.after(10_000, () => void memory.evict(request))
          clock.after(20, () => {
            alive.delete(request.name)
            ended.reject(new Error('cut off'))
          })
        })
        return await ended.promise
      },
      async patch(ref, patch, options) {
        const { unschedulable } = (patch['spec'] ?? {}) as { unschedulable?: unknown }
        if (unschedulable === null) aliveAtUncordon.push(alive.size)
        return await memory.patch(ref, patch, options)
      },
      async create(ref, object, options) {
        if (ref.resource === 'pods') created.push(object['metadata'])
        return await memory.create(ref, object, options)
      },
    }
    const choices = { naked: 'recreate', timeoutMs: 60_000 } as const
    const drain = await startMemoryDrain({ clock, cluster }, ['node-1'], { choices })
    expect(await clock.run(drain.working, 600_000)).toBe(true)
    expect((await drain.working).outcomes).toMatchObject([
      { result: 'restored', failure: { reason: 'timeout' }, podsMissing: [] },
    ])
    expect(aliveAtUncordon).toEqual([0])
    expect(created).toMatchObject([{ name: 'naked-1' }])
    expect(await drain.records.read('node-1')).toMatchObject({ pods: [] })
  })

  it('that came to nothing leaves the pod, and the other nodes go on', async () => {
    const clock = virtualClock()
    const apps = [
      memoryApp({ name: 'naked', kind: 'naked' }),
      memoryApp({ name: 'slow', nodes: ['node-2'], endMs: 300_000, graceSeconds: 300 }),
    ]
    const memory = memoryCluster(clock, { nodes: ['node-1', 'node-2'], apps })
    const cluster: MemoryCluster = {
      ...memory,
      async evict(request) {
        if (!request.name.startsWith('naked')) return await memory.evict(request)
        await clock.wait(10_000_000, request.signal)
        throw new Error('it was not cut off')
      },
    }
    const drain = await startMemoryDrain({ clock, cluster }, ['node-1', 'node-2'], {
      choices: { naked: 'recreate' },
      maxNodes: 2,
    })
    // Somebody uncordons the first of them.
    clock.after(30_000, () => {
      const ref = { group: '', version: 'v1', resource: 'nodes', name: 'node-1' }
      void memory.patch(
        ref,
        { metadata: {}, spec: { unschedulable: null } },
        { signal: new AbortController().signal },
      )
    })
    expect(await clock.run(drain.working, 900_000)).toBe(true)
    const { outcomes, error } = await drain.working
    expect(outcomes).toMatchObject([
      { result: 'restored', failure: { reason: 'uncordoned' }, podsMissing: [] },
      { result: 'drained' },
    ])
    expect(error).toBeUndefined()
    expect(memory.object('pods', 'naked-1')).toBeDefined()
    expect(await drain.records.read('node-1')).toMatchObject({ pods: [] })
  })
})
