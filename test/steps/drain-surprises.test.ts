import { describe, expect, it } from 'vitest'
import { memoryApp, startMemoryDrain } from './drain-in-memory.ts'
import { memoryCluster } from './memory-cluster.ts'
import { virtualClock } from './virtual-clock.ts'

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
})
