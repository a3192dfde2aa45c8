import { readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MigrationError } from '../../src/model/errors.ts'
import { recordedReader, recordingOf } from '../support/cluster-snapshot/recorded-reader.ts'
import type { ReaderFaults } from '../support/cluster-snapshot/recorded-reader.ts'
import { savedSnapshot } from '../support/cluster-snapshot/saved-snapshot.ts'
import { tempDirectory } from '../inventory/temp.ts'

const forbidden = new MigrationError('CLUSTER_FORBIDDEN', 'may not list this')
const lost = new MigrationError('CLUSTER_UNREACHABLE', 'connection refused')

function taken(faults: ReaderFaults, change?: (recording: ReturnType<typeof recordingOf>) => void) {
  const recording = recordingOf('oldest')
  change?.(recording)
  return savedSnapshot(recordedReader(recording, faults))
}

describe('what cannot be read', () => {
  it('is unknown, not empty, when it is forbidden', async () => {
    const { end, lists } = await taken({ fails: { 'poddisruptionbudgets.policy': { error: forbidden } } })
    expect(end.gaps).toEqual([
      {
        list: 'budgets',
        resource: 'poddisruptionbudgets.policy',
        reason: 'forbidden',
        message: 'may not list this',
        objects: null,
      },
    ])
    expect(end.counts.budgets).toBeNull()
    expect(end.summary.blockingBudgets).toBeNull()
    expect(lists.budgets).toEqual([])
    expect(end.counts.nodes).toBe(2)
  })

  it('is a gap when the server does not have it, or only in a version that is not known', async () => {
    const { end } = await taken({ absent: ['runtimeclasses.node.k8s.io'] }, ({ resources }) => {
      resources['csidrivers.storage.k8s.io'] = { versions: ['v9'], items: [] }
    })
    expect(end.gaps.map(({ resource, reason, message }) => `${resource} ${reason}: ${message}`)).toEqual([
      'csidrivers.storage.k8s.io absent: the server offers v9; osferry reads v1, v1beta1',
      'runtimeclasses.node.k8s.io absent: the server offers nothing; osferry reads v1, v1beta1',
    ])
    expect(end.counts.csiDrivers).toBeNull()
  })

  it('leaves nothing of a list that fails in its middle', async () => {
    const { end, lists } = await taken({ fails: { pods: { error: forbidden, page: 2 } } })
    expect(lists.pods).toEqual([])
    expect(end.counts.pods).toBeNull()
    expect(end.summary.pods).toBeNull()
    expect(lists.nodes).toHaveLength(2)
    expect(lists.workloads).toHaveLength(6)
  })

  it('costs only its own part of a list that comes from several resources', async () => {
    const { end, lists } = await taken({
      fails: { 'validatingwebhookconfigurations.admissionregistration.k8s.io': { error: forbidden } },
    })
    expect(lists.webhooks.map(({ kind }) => kind)).toEqual(['mutating'])
    expect(end.counts.webhooks).toBe(1)
    expect(end.gaps).toHaveLength(1)
  })

  const slices = 'endpointslices.discovery.k8s.io'

  it.each<[string, ReaderFaults]>([
    ['may not be listed', { fails: { [slices]: { error: forbidden } } }],
    ['fail in their middle', { fails: { [slices]: { error: forbidden, page: 1 } }, pageSize: 1 }],
    ['are not there', { absent: [slices] }],
  ])('counts no endpoints when slices %s', async (_what, faults) => {
    const { end, lists } = await taken(faults)
    expect(end.gaps).toMatchObject([{ list: 'services', resource: slices, objects: null }])
    expect(end.counts.services).toBe(4)
    expect(lists.services.map(({ endpoints }) => endpoints)).toEqual([null, null, null, null])
  })

  it('counts no endpoints when one slice is not what the API says: the others would look like all', async () => {
    const { end, lists } = await taken({}, ({ resources }) => {
      const [first] = (resources[slices]?.items ?? []) as { endpoints: unknown }[]
      if (first) first.endpoints = 'CANARY-value'
    })
    expect(end.gaps).toMatchObject([{ list: 'services', reason: 'unparsable', objects: 1 }])
    expect(lists.services.every(({ endpoints }) => endpoints === null)).toBe(true)
  })

  it('has no Services when only their slices may be listed', async () => {
    const { end, lists } = await taken({ fails: { services: { error: forbidden } } })
    expect(end.counts.services).toBeNull()
    expect(lists.services).toEqual([])
    expect(end.gaps).toMatchObject([{ list: 'services', resource: 'services', reason: 'forbidden' }])
  })

  it('makes owners unresolved when ReplicaSets may not be listed', async () => {
    const { lists } = await taken({ fails: { 'replicasets.apps': { error: forbidden } } })
    const web = lists.pods.filter(({ labels }) => labels['app'] === 'web')
    expect(web.map(({ owner, ownerResolved }) => [owner?.kind, ownerResolved])).toEqual([
      ['ReplicaSet', false],
      ['ReplicaSet', false],
    ])
  })

  it('names objects that are not what the API says, and keeps the others', async () => {
    const { end, lists } = await taken({}, ({ resources }) => {
      const [first] = (resources['nodes']?.items ?? []) as { spec: unknown }[]
      if (first) first.spec = { unschedulable: 'CANARY-value' }
    })
    expect(lists.nodes.map(({ name }) => name)).toEqual(['node-b'])
    expect(end.gaps).toMatchObject([{ resource: 'nodes', reason: 'unparsable', objects: 1 }])
    expect(end.gaps[0]?.message).toContain('node-a: spec.unschedulable')
    expect(end.gaps[0]?.message).not.toContain('CANARY')
    expect(end.counts.nodes).toBe(1)
  })

  it('ends the snapshot when the connection is lost, and leaves no file', async () => {
    const before = await tempDirectory()
    await expect(taken({ fails: { pods: { error: lost, page: 1 } } })).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
    })
    expect(await readdir(dirname(before))).not.toContain('cluster.ndjson')
  })

  it('is an error when it is everything', async () => {
    const { resources } = recordingOf('oldest')
    const fails = Object.fromEntries(Object.keys(resources).map((key) => [key, { error: forbidden }]))
    await expect(taken({ fails })).rejects.toMatchObject({ code: 'CLUSTER_FORBIDDEN' })
  })
})

describe('a list that begins again', () => {
  it.each([
    'nodes',
    'pods',
    'replicasets.apps',
    'poddisruptionbudgets.policy',
    'endpointslices.discovery.k8s.io',
  ])('gives the same as one that does not: %s', async (resource) => {
    const plain = await savedSnapshot(recordedReader(recordingOf('oldest'), { pageSize: 1 }))
    const again = await savedSnapshot(
      recordedReader(recordingOf('oldest'), { pageSize: 1, restartAfter: { [resource]: 1 } }),
    )
    expect(again.lists).toEqual(plain.lists)
    expect(again.end).toEqual(plain.end)
    expect(again.text).toBe(plain.text)
  })
})
