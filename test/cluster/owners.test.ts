import { describe, expect, it } from 'vitest'
import { recordedReader, recordingOf } from '../support/cluster-snapshot/recorded-reader.ts'
import type { Recording } from '../support/cluster-snapshot/recorded-reader.ts'
import { savedSnapshot } from '../support/cluster-snapshot/saved-snapshot.ts'

interface RawObject {
  metadata: { name: string; uid: string; ownerReferences?: object[] }
  spec: { containers: { name: string; image: string }[] }
  status: { containerStatuses?: object[] }
}

function found(recording: Recording, key: string, name: RegExp): RawObject {
  const items = (recording.resources[key]?.items ?? []) as RawObject[]
  const object = items.find(({ metadata }) => name.test(metadata.name))
  if (object === undefined) throw new Error(`${key} ${String(name)}`)
  return object
}

function ownedBy(apiVersion: string, kind: string, { metadata }: RawObject): object {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true }
}

describe('the controller at the top', () => {
  it('is the CronJob behind a Job', async () => {
    const recording = recordingOf('oldest')
    const cronJob = found(recording, 'cronjobs.batch', /./)
    found(recording, 'jobs.batch', /./).metadata.ownerReferences = [
      ownedBy('batch/v1beta1', 'CronJob', cronJob),
    ]
    const { lists } = await savedSnapshot(recordedReader(recording))
    const pod = lists.pods.find(({ name }) => name.startsWith('import-'))
    expect(pod).toMatchObject({
      owner: { group: 'batch', kind: 'CronJob', name: 'nightly' },
      ownedBy: { kind: 'Job', name: 'import' },
      ownerResolved: true,
    })
    expect(lists.workloads.find(({ kind }) => kind === 'Job')?.owner).toMatchObject({ kind: 'CronJob' })
  })

  it('is a custom resource that makes ReplicaSets, which stay workloads then', async () => {
    const recording = recordingOf('newest')
    const rollout = {
      kind: 'Rollout',
      metadata: { name: 'shop', uid: 'rollout-uid' },
    } as unknown as RawObject
    found(recording, 'replicasets.apps', /^bare$/).metadata.ownerReferences = [
      ownedBy('argoproj.io/v1alpha1', 'Rollout', rollout),
    ]
    const { lists } = await savedSnapshot(recordedReader(recording))
    expect(lists.pods.find(({ name }) => name.startsWith('bare-'))).toMatchObject({
      owner: { group: 'argoproj.io', kind: 'Rollout', name: 'shop' },
      ownedBy: { kind: 'ReplicaSet', name: 'bare' },
    })
    expect(lists.workloads.map(({ name }) => name)).toContain('bare')
  })

  it('is unknown for a ReplicaSet that was made after the list was read', async () => {
    const recording = recordingOf('newest')
    const gone = found(recording, 'replicasets.apps', /^web-/).metadata.uid
    const replicaSets = recording.resources['replicasets.apps']
    if (replicaSets)
      replicaSets.items = (replicaSets.items as RawObject[]).filter(({ metadata }) => metadata.uid !== gone)
    const { lists } = await savedSnapshot(recordedReader(recording))
    const web = lists.pods.find(({ name }) => name.startsWith('web-'))
    expect(web).toMatchObject({ owner: { kind: 'ReplicaSet' }, ownerResolved: false })
  })
})

describe('images of a workload', () => {
  it('have every digest that its pods run, and those of containers that were added to the pods', async () => {
    const recording = recordingOf('oldest')
    const digest = (of: string): string => `sha256:${of.repeat(32)}`
    for (const [index, pod] of ((recording.resources['pods']?.items ?? []) as RawObject[])
      .filter(({ metadata }) => metadata.name.startsWith('web-'))
      .entries()) {
      pod.spec.containers.push({ name: 'proxy', image: 'registry.example.com/proxy:2' })
      pod.status.containerStatuses = [
        { name: 'main', imageID: `registry.example.com/web@${digest(`a${index}`)}` },
        { name: 'proxy', imageID: `registry.example.com/proxy@${digest('bb')}` },
      ]
    }
    const { lists } = await savedSnapshot(recordedReader(recording))
    expect(lists.workloads.find(({ name }) => name === 'web')?.images).toEqual([
      { image: 'registry.example.com/web:1', digests: [digest('a0'), digest('a1')] },
      { image: 'registry.example.com/proxy:2', digests: [digest('bb')] },
    ])
  })
})
