import { describe, expect, it } from 'vitest'
import { createOwners } from '../../src/cluster/owners.ts'
import { budgets, podsOwnedBy } from '../../src/cluster/pods.ts'
import { createReadMemory } from '../../src/cluster/read-memory.ts'
import { servicesWith } from '../../src/cluster/services.ts'
import { takeSnapshot } from '../../src/cluster/snapshot.ts'
import type { ClusterPod } from '../../src/model/cluster-pods.ts'
import { recordedReader, recordingOf } from '../support/cluster-snapshot/recorded-reader.ts'

const replicaSet = { apiVersion: 'apps/v1', group: 'apps', kind: 'ReplicaSet', name: 'web-1', uid: 'set' }
const deployment = { ...replicaSet, kind: 'Deployment', name: 'web', uid: 'above' }

function pod(resourceVersion: string, phase: string): object {
  const { group: _, ...owner } = replicaSet
  return {
    metadata: {
      name: 'web-1-a',
      namespace: 'shop',
      uid: 'pod',
      resourceVersion,
      ownerReferences: [{ ...owner, controller: true }],
    },
    spec: { containers: [{ name: 'main', image: 'web:1' }] },
    status: { phase },
  }
}

describe('a memory of what was read', () => {
  it('parses an object once for each version, and once more when a list did not have it', () => {
    const memory = createReadMemory()
    const kind = podsOwnedBy(createOwners())
    const read = (item: object): unknown => memory.read(kind, item, 'v1')
    const phase = (phase: string): object => ({ values: [expect.objectContaining({ phase })] })
    expect(read(pod('1', 'Pending'))).toEqual(phase('Pending'))
    memory.ended(kind)
    // Whatever else would be in an object of this version, it is not looked at.
    expect(read(pod('1', 'Running'))).toEqual(phase('Pending'))
    expect(read(pod('2', 'Running'))).toEqual(phase('Running'))
    memory.ended(kind)
    memory.ended(kind)
    expect(read(pod('2', 'Failed'))).toEqual(phase('Failed'))
  })

  it('tells of a pod that has not changed who is above its controller now', () => {
    const memory = createReadMemory()
    const ownerOf = (above: typeof deployment | null | undefined): unknown => {
      const owners = createOwners()
      if (above !== undefined) owners.add(replicaSet.uid, above)
      const reading = memory.read(podsOwnedBy(owners), pod('1', 'Running'), 'v1')
      if ('problem' in reading) return reading.problem
      const [{ owner, ownedBy, ownerResolved } = {} as Partial<ClusterPod>] = reading.values
      return [owner?.kind, ownedBy?.kind, ownerResolved]
    }
    const told = [deployment, null, undefined, deployment].map(ownerOf)
    expect(told).toEqual([
      ['Deployment', 'ReplicaSet', true],
      ['ReplicaSet', undefined, true],
      ['ReplicaSet', undefined, false],
      ['Deployment', 'ReplicaSet', true],
    ])
  })

  it('tells of a Service that has not changed which endpoints it has now', () => {
    const memory = createReadMemory()
    const service = {
      metadata: { name: 'web', namespace: 'shop', uid: 'service', resourceVersion: '1' },
      spec: { type: 'ClusterIP', selector: { app: 'web' } },
    }
    const endpointsWith = (ready: number | undefined): unknown => {
      const found = { ready, notReady: 0, nodes: {} }
      const counts = ready === undefined ? null : ({ add: () => undefined, of: () => found } as never)
      const reading = memory.read(servicesWith(counts), service, 'v1')
      return 'problem' in reading ? reading.problem : reading.values[0]?.endpoints
    }
    expect([2, 3, undefined, 1].map(endpointsWith)).toEqual([
      expect.objectContaining({ ready: 2 }),
      expect.objectContaining({ ready: 3 }),
      null,
      expect.objectContaining({ ready: 1 }),
    ])
  })

  it('keeps kinds apart, and nothing of what cannot be read or has no version', () => {
    const memory = createReadMemory()
    const kind = podsOwnedBy(createOwners())
    memory.read(kind, pod('1', 'Running'), 'v1')
    const same = { metadata: { name: 'web', uid: 'pod', resourceVersion: '1' }, spec: {} }
    expect(memory.read(budgets, same, 'policy/v1')).toEqual(budgets.read(same, 'policy/v1'))
    const broken = { metadata: { name: 'web', uid: 'other', resourceVersion: '1' } }
    expect(memory.read(kind, broken, 'v1')).toEqual(kind.read(broken, 'v1'))
    expect(
      memory.read(kind, { ...pod('1', 'Running'), metadata: { ...broken.metadata } }, 'v1'),
    ).toHaveProperty('values')
    expect(memory.read(kind, null, 'v1')).toEqual(kind.read(null, 'v1'))
  })

  it('makes the same snapshot of a cluster as one without', async () => {
    const memory = createReadMemory()
    async function records(more: { memory?: typeof memory }): Promise<unknown[]> {
      const found: unknown[] = []
      const sink = {
        add: (list: string, record: unknown) => Promise.resolve(void found.push([list, record])),
        mark: () => found.length,
        rewind: (mark: number) => Promise.resolve(void (found.length = mark)),
      }
      const reader = recordedReader(recordingOf('newest'))
      await takeSnapshot(reader, { signal: new AbortController().signal, sink, ...more })
      return found
    }
    const alone = await records({})
    expect(alone.length).toBeGreaterThan(30)
    expect(await records({ memory })).toEqual(alone)
    expect(await records({ memory })).toEqual(alone)
  })
})
