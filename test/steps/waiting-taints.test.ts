import { expect, it } from 'vitest'
import { parseDrainNode } from '../../src/model/drain-node.ts'
import { putSoftTaint, softTaint, softTaintAnnotation } from '../../src/steps/soft-taint.ts'
import { waitingTaints, type WaitingTaints } from '../../src/steps/waiting-taints.ts'
import { memoryCluster, type MemoryCluster } from './memory-cluster.ts'
import { merged } from './memory-objects.ts'
import { virtualClock, type VirtualClock } from './virtual-clock.ts'

const names = ['node-1', 'node-2', 'node-3', 'node-4']
const { signal } = new AbortController()

interface Setting {
  clock: VirtualClock
  cluster: MemoryCluster
  troubles: unknown[]
  taints: (run?: string) => WaitingTaints
}

function setting(): Setting {
  const clock = virtualClock()
  const cluster = memoryCluster(clock, { nodes: names, apps: [] })
  const troubles: unknown[] = []
  return {
    clock,
    cluster,
    troubles,
    taints: (id = 'run-1') =>
      waitingTaints({
        cluster,
        clock,
        wait: clock.wait,
        run: { id, holder: 'me@here' },
        nodes: new Set(names.slice(0, 3)),
        signal,
        forced: signal,
        onTrouble: (...trouble) => void troubles.push(trouble),
      }),
  }
}

function tainted(cluster: MemoryCluster): string[] {
  return names.filter((name) => {
    const node = parseDrainNode(cluster.object('nodes', name) ?? {})
    return node.taints.length > 0 || node.annotations[softTaintAnnotation] !== undefined
  })
}

/** A taint of that name without our annotation. */
function taintBySomebody(cluster: MemoryCluster, name: string): void {
  const node = cluster.object('nodes', name)
  if (node !== undefined) cluster.put('nodes', merged(node, { spec: { taints: [softTaint] } }))
}

it('taints nodes that wait, and takes each off when its node has ended, and all at the end', async () => {
  const { clock, cluster, taints, troubles } = setting()
  const run = taints()
  run.put(['node-1', 'node-2', 'node-3', 'node-9'])
  await clock.run(clock.wait(1000, signal), 10_000)
  expect(tainted(cluster)).toEqual(['node-1', 'node-2', 'node-3'])
  await clock.run(run.take('node-2'), 20_000)
  expect(tainted(cluster)).toEqual(['node-1', 'node-3'])
  await clock.run(run.takeAll(), 200_000)
  expect([tainted(cluster), troubles]).toEqual([[], []])
})

it('takes off one that is there again after it was taken, and leaves one that somebody else has put', async () => {
  const { clock, cluster, taints, troubles } = setting()
  const run = taints()
  run.put(['node-1', 'node-2'])
  await clock.run(clock.wait(1000, signal), 10_000)
  await clock.run(run.take('node-2'), 20_000)
  const all = run.takeAll()
  await clock.run(clock.wait(200, signal), 10_000)
  // As a controller writes it that has seen the node before.
  for (const name of ['node-2', 'node-3']) taintBySomebody(cluster, name)
  await clock.run(all, 200_000)
  expect([tainted(cluster), troubles]).toEqual([['node-3'], []])
})

it('takes off what a process of the run has left that was killed, and nothing of anybody else', async () => {
  const { clock, cluster, taints } = setting()
  taints().put(['node-1'])
  await clock.run(clock.wait(1000, signal), 10_000)
  taintBySomebody(cluster, 'node-2')
  const node = parseDrainNode(cluster.object('nodes', 'node-3') ?? {})
  const owner = { run: 'run-0', holder: 'you@there', at: clock.now() }
  await clock.run(putSoftTaint(cluster, node, { owner, signal }), 20_000)
  expect(tainted(cluster)).toEqual(['node-1', 'node-2', 'node-3'])
  const next = taints()
  next.put(['node-2'])
  await clock.run(next.takeAll(), 200_000)
  expect(tainted(cluster)).toEqual(['node-2', 'node-3'])
})

it('taints no node that has begun, nor any after the end', async () => {
  const { clock, cluster, taints } = setting()
  const run = taints()
  run.begun('node-1')
  run.put(['node-1', 'node-2', 'node-3'])
  // Whatever is on its way when the node or the run ends.
  await clock.run(run.take('node-2'), 20_000)
  await clock.run(run.takeAll(), 200_000)
  await clock.run(clock.wait(60_000, signal), 400_000)
  expect(tainted(cluster)).toEqual([])
})

it('ends and says what is left when the server does not answer', async () => {
  const { clock, cluster, taints, troubles } = setting()
  taints().put(['node-1'])
  await clock.run(clock.wait(1000, signal), 10_000)
  const list = cluster.list.bind(cluster)
  cluster.list = async (query, until) => {
    await clock.wait(3_600_000, until)
    return await list(query, until)
  }
  expect(await clock.run(taints().takeAll(), 600_000)).toBe(true)
  expect(troubles).toEqual([['left', '', 'it was not done in 120 s']])
})
