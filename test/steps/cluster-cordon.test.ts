import { expect, it } from 'vitest'
import type { ApiObject, Cluster } from '../../src/model/cluster-port.ts'
import { parseDrainNode } from '../../src/model/drain-node.ts'
import { cordonNode, restoreNode, stateFound } from '../../src/steps/cluster-cordon.ts'
import { memoryCluster } from './memory-cluster.ts'
import { virtualClock } from './virtual-clock.ts'

it('leaves no cordon when the write that was cut off arrives after the node was given back', async () => {
  const clock = virtualClock()
  const cluster = memoryCluster(clock, { nodes: ['node-1'], apps: [] })
  const { signal } = new AbortController()
  const ref = { group: '', version: 'v1', resource: 'nodes', name: 'node-1' }
  const node = async (): Promise<ApiObject> => (await cluster.get(ref, signal)) ?? {}
  const during = async <T>(work: Promise<T>): Promise<T> => {
    await clock.run(work, 3_600_000)
    return await work
  }
  const found = stateFound(parseDrainNode(await during(node())))
  const sent: ApiObject[] = []
  const cutOff: Cluster = {
    ...cluster,
    patch: async (_, patch) => {
      sent.push(patch)
      return await Promise.reject(new Error('cut off'))
    },
  }
  const owner = { run: 'r1', holder: 'me', at: '' }
  const cordoning = cordonNode(cutOff, found, { owner, known: undefined, signal })
  await expect(during(cordoning)).rejects.toThrow('cut off')
  expect(await during(restoreNode(cluster, found, { run: 'r1', signal }))).toBe(false)
  const late = await during(cluster.patch(ref, sent[0] ?? {}, { signal }))
  expect(late.outcome).toBe('conflict')
  const { isUnschedulable, annotations } = parseDrainNode(await during(node()))
  expect([isUnschedulable, annotations]).toEqual([false, {}])
})
