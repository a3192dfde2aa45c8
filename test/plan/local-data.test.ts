import { describe, expect, it } from 'vitest'
import type { ClusterPod } from '../../src/model/cluster-pods.ts'
import { localDataOf } from '../../src/plan/local-data.ts'
import { localVolumes } from '../../src/plan/local-volumes.ts'
import {
  boundClaim,
  clusterNode,
  clusterPod,
  nakedPod,
  nodeInput,
  withPods,
  type ClusterParts,
} from '../support/cluster-fixture.ts'
import { degraded, factsWith, hostFacts, without } from '../support/facts-fixture.ts'

function found(
  parts: ClusterParts,
  facts = hostFacts(),
  wipesDisk = true,
): { data: ReturnType<typeof localDataOf>['data']; unknown: string[] } {
  const node = nodeInput(parts)
  if (node.status !== 'matched') throw new Error('node-1 is matched')
  const lists = { nodes: parts.nodes ?? [clusterNode('node-1')], volumes: parts.volumes ?? [] }
  const volumes = localVolumes({ nodes: [...lists.nodes], volumes: [...lists.volumes] })('node-1')
  const sources = { view: node.view, facts: facts.facts, volumes, wipesDisk }
  const { data, unknown } = localDataOf({ ...sources, isWritten: wipesDisk })
  return { data, unknown: unknown.map(({ text }) => text.en) }
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
  it('tells which directories pods write to that no drain takes away, there and below', () => {
    const daemon = { group: 'apps', kind: 'DaemonSet', name: 'agent', uid: 'u' }
    const { data } = found(
      withPods(
        pod('db', [hostPath('/srv/data'), hostPath('/srv/log'), hostPath('/srv/logs')]),
        clusterPod('agent', { owner: daemon, volumes: [hostPath('/srv/log/agent/'), hostPath('/srv')] }),
        pod('static', [hostPath('/srv/log')], { control: 'mirror' }),
        clusterPod('reader', { owner: daemon, volumes: [hostPath('/srv/data', { readOnly: true })] }),
        clusterPod('over', { owner: daemon, phase: 'Succeeded', volumes: [hostPath('/srv/data')] }),
      ),
    )
    const staying = data.map(({ path, writtenByStaying }) => [path, writtenByStaying])
    expect(Object.fromEntries(staying.filter(([, pods]) => pods !== undefined))).toEqual({
      '/srv': ['shop/agent', 'shop/static'],
      '/srv/log': ['shop/agent', 'shop/static'],
      '/srv/log/agent': ['shop/agent'],
    })
  })

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
        writtenByStaying: ['shop/agent'],
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

  it('leaves out what is no data: sockets, read-only directories, ways to talk to the node', () => {
    const { data } = found(
      withPods(
        pod('a', [
          hostPath('/run/containerd/containerd.sock', { hostPathType: 'Socket' }),
          hostPath('/proc'),
          hostPath('/etc/ssl', { readOnly: true }),
        ]),
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
      usedBy: ['PersistentVolume pv-db (shop/db)', 'shop/db-0 (db)'],
      bytes: null,
    })
  })

  it('says that it does not know where the data of a claim is that is not in the snapshot', () => {
    const uses = [{ name: 'data', kind: 'persistentVolumeClaim', claim: 'lost' }]
    const { unknown } = found(withPods(pod('db-0', uses)))
    expect(unknown).toEqual([expect.stringContaining('shop/db-0 (lost)')])
  })

  it('lists a volume that no other node may use, without a path: where its data is, its driver knows', () => {
    const { claim, volume } = boundClaim('db', { kind: 'csi', driver: 'lvm.example.com' }, ['node-1'])
    const uses = [{ name: 'data', kind: 'persistentVolumeClaim', claim: 'db' }]
    const { data } = found({ ...withPods(pod('db-0', uses)), claims: [claim], volumes: [volume] })
    expect(data).toContainEqual({
      id: 'local-volume:shop/db',
      kind: 'local-volume',
      path: null,
      usedBy: ['shop/db-0'],
      bytes: null,
    })
  })

  it('finds what pods have left that have ended, and volumes that no pod uses now', () => {
    const { volume } = boundClaim('idle', { kind: 'local', path: '/mnt/disks/idle' }, ['node-1'])
    const released = {
      ...volume,
      name: 'released',
      claim: null,
      source: { kind: 'local', path: '/mnt/disks/old' },
    }
    const elsewhere = boundClaim('far', { kind: 'local', path: '/mnt/disks/far' }, ['node-2']).volume
    const { data } = found({
      ...withPods(pod('backup-1', [hostPath('/srv/backup')], { phase: 'Succeeded' })),
      volumes: [volume, released, elsewhere],
    })
    expect(data.map(({ id, usedBy }) => [id, usedBy])).toEqual(
      expect.arrayContaining([
        ['host-path:/srv/backup', ['shop/backup-1']],
        ['local-volume:/mnt/disks/idle', ['PersistentVolume pv-idle (shop/idle)']],
        ['local-volume:/mnt/disks/old', ['PersistentVolume released']],
      ]),
    )
    expect(data.map(({ id }) => id)).not.toContain('local-volume:/mnt/disks/far')
  })

  it('knows a raw device', () => {
    const { volume } = boundClaim('raw', { kind: 'local', path: '/dev/disk/by-id/x' }, ['node-1'])
    const { data } = found({ volumes: [{ ...volume, volumeMode: 'Block' }] })
    expect(data.find(({ kind }) => kind === 'local-volume')).toMatchObject({ isBlock: true })
  })

  it('writes paths as they are, and does not know those that lead up', () => {
    const { data, unknown } = found(
      withPods(pod('a', [hostPath('/srv//data/./x/'), hostPath('/srv/../etc')])),
    )
    expect(data.filter(({ kind }) => kind === 'host-path').map(({ path }) => path)).toEqual(['/srv/data/x'])
    expect(unknown).toEqual([expect.stringContaining('leads up')])
  })

  it('says that a local volume is mounted which the snapshot does not know', () => {
    const target = '/var/lib/kubelet/pods/u/volumes/kubernetes.io~local-volume/young'
    const mounts = [{ source: '/dev/vdb', target, fstype: 'xfs', options: [] }]
    expect(found({}, factsWith({ mounts: { mounts } })).unknown).toEqual([expect.stringContaining('young')])
  })

  it('asks for emptyDir only where the disk is kept, and only of pods that move', () => {
    const scratch = { name: 'scratch', kind: 'emptyDir' }
    const agent = { owner: { group: 'apps', kind: 'DaemonSet', name: 'agent', uid: 'u' } }
    const parts = withPods(pod('a', [scratch]), clusterPod('agent', { ...agent, volumes: [scratch] }))
    const usersOf = (wipesDisk: boolean) =>
      found(parts, without('images'), wipesDisk).data.find(({ kind }) => kind === 'empty-dir')?.usedBy
    expect(usersOf(false)).toEqual(['shop/a'])
    expect(usersOf(true)).toEqual(['shop/a', 'shop/agent'])
    expect(found(parts, without('images'), false).unknown).toEqual([])
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
      expect(found({}, without(fact)).unknown).toEqual([expect.stringContaining(fact)])
      expect(found({}, degraded(fact)).unknown).toEqual([expect.stringContaining(fact)])
    },
  )

  it('looks at the facts alone of a host that is no node', () => {
    const { data, unknown } = localDataOf({
      view: null,
      facts: factsWith({ kubelet: { installed: false } }).facts,
      volumes: [],
      wipesDisk: true,
      isWritten: true,
    })
    expect({ data, unknown }).toEqual({ data: [], unknown: [] })
  })
})
