import { describe, expect, it } from 'vitest'
import type { ClusterPod } from '../../src/model/cluster-pods.ts'
import { localDataOf } from '../../src/plan/local-data.ts'
import {
  boundClaim,
  clusterPod,
  nakedPod,
  nodeInput,
  withPods,
  type ClusterParts,
} from '../support/cluster-fixture.ts'
import { degraded, factsWith, hostFacts, without } from '../support/facts-fixture.ts'

function found(parts: ClusterParts, facts = hostFacts()): ReturnType<typeof localDataOf> {
  const node = nodeInput(parts)
  if (node.status !== 'matched') throw new Error('node-1 is matched')
  return localDataOf(node.view, facts.facts)
}

function pod(name: string, volumes: ClusterPod['volumes'], more: Partial<ClusterPod> = {}): ClusterPod {
  return nakedPod(name, { volumes, ...more })
}

const hostPath = (path: string, more: Partial<ClusterPod['volumes'][number]> = {}) => ({
  name: 'data',
  kind: 'hostPath',
  path,
  ...more,
})

describe('localDataOf', () => {
  it('lists each directory of the node once, with all pods that write to it', () => {
    const { data, unknown } = found(
      withPods(
        pod('b', [hostPath('/srv/data/')]),
        pod('a', [hostPath('/srv/data'), hostPath('/srv/logs')]),
        clusterPod('agent', {
          owner: { group: 'apps', kind: 'DaemonSet', name: 'agent', uid: 'u' },
          volumes: [hostPath('/opt/agent')],
        }),
      ),
    )
    expect(unknown).toEqual([])
    expect(data.filter(({ kind }) => kind === 'host-path')).toEqual([
      {
        id: 'host-path:/opt/agent',
        kind: 'host-path',
        path: '/opt/agent',
        usedBy: ['shop/agent'],
        bytes: null,
      },
      {
        id: 'host-path:/srv/data',
        kind: 'host-path',
        path: '/srv/data',
        usedBy: ['shop/a', 'shop/b'],
        bytes: null,
      },
      { id: 'host-path:/srv/logs', kind: 'host-path', path: '/srv/logs', usedBy: ['shop/a'], bytes: null },
    ])
  })

  it('leaves out what is no data: sockets, read-only directories, ways to talk to the node, pods that have ended', () => {
    const { data } = found(
      withPods(
        pod('a', [
          hostPath('/run/containerd/containerd.sock', { hostPathType: 'Socket' }),
          hostPath('/proc'),
          hostPath('/etc/ssl', { readOnly: true }),
        ]),
        pod('done', [hostPath('/srv/old')], { phase: 'Succeeded' }),
      ),
    )
    expect(data.filter(({ kind }) => kind === 'host-path')).toEqual([])
  })

  it('finds local volumes by the path of their PersistentVolume', () => {
    const { claim, volume } = boundClaim('db', { kind: 'local', path: '/mnt/disks/a' }, ['node-1'])
    const uses = [{ name: 'data', kind: 'persistentVolumeClaim', claim: 'db' }]
    const { data, unknown } = found({ ...withPods(pod('db-0', uses)), claims: [claim], volumes: [volume] })
    expect(unknown).toEqual([])
    expect(data).toContainEqual({
      id: 'local-volume:/mnt/disks/a',
      kind: 'local-volume',
      path: '/mnt/disks/a',
      usedBy: ['shop/db-0 (db)'],
      bytes: null,
    })
  })

  it('says that it does not know where the data of a claim is that is not in the snapshot', () => {
    const uses = [{ name: 'data', kind: 'persistentVolumeClaim', claim: 'lost' }]
    const { unknown } = found(withPods(pod('db-0', uses)))
    expect(unknown.map(({ en }) => en)).toEqual([expect.stringContaining('shop/db-0 (lost)')])
  })

  it('says that it does not know where a volume lies that no other node may use', () => {
    const { claim, volume } = boundClaim('db', { kind: 'csi', driver: 'lvm.example.com' }, ['node-1'])
    const uses = [{ name: 'data', kind: 'persistentVolumeClaim', claim: 'db' }]
    const { unknown } = found({ ...withPods(pod('db-0', uses)), claims: [claim], volumes: [volume] })
    expect(unknown.map(({ en }) => en)).toEqual([expect.stringContaining('no other node may use')])
  })

  it('takes all emptyDir volumes on disk together', () => {
    const scratch = { name: 'scratch', kind: 'emptyDir' }
    const { data } = found(
      withPods(pod('b', [scratch]), pod('a', [scratch]), pod('m', [{ ...scratch, medium: 'Memory' }])),
    )
    expect(data.filter(({ kind }) => kind === 'empty-dir')).toEqual([
      {
        id: 'empty-dir',
        kind: 'empty-dir',
        path: '/var/lib/kubelet/pods',
        usedBy: ['shop/a', 'shop/b'],
        bytes: null,
      },
    ])
  })

  it('sums the sizes of images that no registry has, unless one of them is not known', () => {
    const image = (id: string, sizeBytes: number | null) => ({ id, tags: [], sizeBytes })
    const of = (...localOnly: ReturnType<typeof image>[]) =>
      found({}, factsWith({ images: { localOnly } })).data.find(({ kind }) => kind === 'images')
    expect(of(image('a', 5), image('b', 6))).toMatchObject({ usedBy: ['a', 'b'], bytes: 11 })
    expect(of(image('a', 5), image('b', null))).toMatchObject({ bytes: null })
    expect(of()).toBeUndefined()
  })

  it('names the data of etcd, and does not take an etcd whose data was not found for none', () => {
    const etcd = { present: true, dataDir: '/var/lib/etcd', managedBy: 'static-pod', sizeKiB: 2 } as const
    expect(found({}, factsWith({ etcd })).data).toContainEqual({
      id: 'etcd:/var/lib/etcd',
      kind: 'etcd',
      path: '/var/lib/etcd',
      usedBy: ['etcd'],
      bytes: 2048,
    })
    const lost = found({}, factsWith({ etcd: { ...etcd, present: false, dataDir: null } }))
    expect(lost.unknown).toHaveLength(1)
  })

  it.each(['kubelet', 'images', 'etcd'] as const)(
    'tells that the fact %s is missing, or not whole',
    (fact) => {
      expect(found({}, without(fact)).unknown.map(({ en }) => en)).toEqual([expect.stringContaining(fact)])
      expect(found({}, degraded(fact)).unknown.map(({ en }) => en)).toEqual([expect.stringContaining(fact)])
    },
  )

  it('looks at the facts alone of a host that is no node', () => {
    const { data, unknown } = localDataOf(null, factsWith({ kubelet: { installed: false } }).facts)
    expect({ data, unknown }).toEqual({ data: [], unknown: [] })
  })
})
