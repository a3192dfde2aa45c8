import { describe, expect, it } from 'vitest'
import { clusterListNames } from '../../src/model/cluster.ts'
import type { Release } from '../support/control-plane/releases.ts'
import { recordedReader, recordingOf } from '../support/cluster-snapshot/recorded-reader.ts'
import { savedSnapshot } from '../support/cluster-snapshot/saved-snapshot.ts'

describe.each<Release>(['oldest', 'newest'])('a snapshot of the %s supported server', (release) => {
  const taken = (): ReturnType<typeof savedSnapshot> => savedSnapshot(recordedReader(recordingOf(release)))

  it('has every list whole, and no gaps', async () => {
    const { end, lists } = await taken()
    expect(end.gaps).toEqual([])
    for (const list of clusterListNames) {
      expect({ list, count: end.counts[list] }).toEqual({ list, count: lists[list].length })
      expect({ list, isEmpty: lists[list].length === 0 }).toEqual({ list, isEmpty: false })
    }
  })

  it('keeps of a node what must be the same again', async () => {
    const { lists, end } = await taken()
    expect(lists.nodes.find(({ name }) => name === 'node-a')).toMatchObject({
      labels: { 'topology.kubernetes.io/zone': 'zone-a' },
      annotations: { 'example.com/rack': 'r0' },
      taints: [{ key: 'dedicated', value: 'shop', effect: 'PreferNoSchedule' }],
      unschedulable: false,
      providerId: 'example://node-a',
      podCidrs: ['10.244.0.0/24'],
      addresses: [
        { type: 'InternalIP', address: '192.0.2.1' },
        { type: 'Hostname', address: 'node-a' },
      ],
      ready: 'ready',
      allocatable: { cpu: 3900, memory: 16 * 2 ** 30, pods: 110 },
      info: { machineId: '0a'.repeat(16), osImage: 'CentOS Linux 8' },
      volumesAttached: [{ devicePath: '/dev/vdb' }],
      volumesInUse: ['kubernetes.io/csi/disk.example.com^vol-1'],
    })
    expect(end.summary.nodes).toEqual({ ready: 2, notReady: 0, unknown: 0, unschedulable: 0 })
  })

  it('finds the top of every pod', async () => {
    const { lists } = await taken()
    const tops = lists.pods.map(({ name, control, owner, ownedBy, ownerResolved }) =>
      [
        name.replace(/-[a-z0-9]{9,10}-[a-z0-9]{5}$|-[a-z0-9]{5}$/, ''),
        control,
        owner?.kind ?? '-',
        owner?.name ?? '-',
        ownedBy?.kind ?? '-',
        ownerResolved,
      ].join(' '),
    )
    expect([...new Set(tops)].sort()).toEqual([
      'agent controller DaemonSet agent - true',
      'bare controller ReplicaSet bare - true',
      'db-0 controller StatefulSet db - true',
      'import controller Job import - true',
      'kube-apiserver-node-a mirror - - - true',
      'naked none - - - true',
      'web controller Deployment web ReplicaSet true',
    ])
  })

  it('tells volumes by kind, without what is in Secrets and ConfigMaps', async () => {
    const { lists } = await taken()
    const naked = lists.pods.find(({ name }) => name === 'naked')
    expect(naked?.volumes).toEqual([
      { name: 'scratch', kind: 'emptyDir', sizeLimitBytes: 2 ** 30 },
      {
        name: 'host',
        kind: 'hostPath',
        path: '/var/lib/app',
        hostPathType: 'DirectoryOrCreate',
        readOnly: true,
      },
      { name: 'login', kind: 'secret', reference: 'login' },
      { name: 'settings', kind: 'configMap', reference: 'settings' },
      { name: 'all', kind: 'projected', sources: ['secret', 'configMap'] },
    ])
    expect(naked).toMatchObject({
      phase: 'Running',
      ready: true,
      gracePeriodSeconds: 300,
      requests: { cpu: 100, memory: 64 * 2 ** 20 },
      evictionAnnotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' },
      containers: [{ name: 'main', digest: `sha256:${'ab'.repeat(32)}`, restarts: 2, ready: true }],
    })
    const db = lists.pods.find(({ name }) => name === 'db-0')
    expect(db?.volumes[0]).toEqual({ name: 'data', kind: 'persistentVolumeClaim', claim: 'data-db-0' })
    expect(db?.scheduling.affinity?.podAnti?.required).toMatchObject([
      { topologyKey: 'kubernetes.io/hostname' },
    ])
  })

  it('reads budgets in the version that the server has, with what they allow now', async () => {
    const { lists, end } = await taken()
    const apiVersion = release === 'oldest' ? 'policy/v1beta1' : 'policy/v1'
    expect(lists.budgets).toMatchObject([
      { name: 'db', apiVersion, minAvailable: 1, status: { disruptionsAllowed: 0, expectedPods: 1 } },
      { name: 'nothing', apiVersion, maxUnavailable: '25%', status: { expectedPods: 0 } },
    ])
    expect(end.summary.blockingBudgets).toEqual([{ namespace: 'shop', name: 'db', pods: 1 }])
  })

  it('lists workloads once each, the Deployment for its ReplicaSets', async () => {
    const { lists } = await taken()
    expect(lists.workloads.map(({ kind, name, replicas }) => `${kind} ${name} ${replicas}`).sort()).toEqual([
      'CronJob nightly null',
      'DaemonSet agent 2',
      'Deployment web 2',
      'Job import 1',
      'ReplicaSet bare 1',
      'StatefulSet db 1',
    ])
    expect(lists.workloads.find(({ name }) => name === 'web')).toMatchObject({
      strategy: { type: 'RollingUpdate', maxUnavailable: 0, maxSurge: '25%' },
      scheduling: { topologySpread: [{ topologyKey: 'topology.kubernetes.io/zone' }] },
      images: [{ image: 'registry.example.com/web:1' }],
    })
    expect(lists.workloads.find(({ name }) => name === 'nightly')).toMatchObject({
      paused: true,
      job: { schedule: '0 3 * * *', finished: false },
    })
  })

  it('says where volumes are, and where webhooks are served', async () => {
    const { lists } = await taken()
    expect(lists.volumes).toMatchObject([
      { name: 'local-1', source: { kind: 'local', path: '/data/disk1' }, claim: null },
      { name: 'vol-1', source: { kind: 'csi', driver: 'disk.example.com', handle: 'vol-1' } },
    ])
    expect(lists.volumes[0]?.nodeAffinity?.[0]?.matchExpressions).toEqual([
      { key: 'kubernetes.io/hostname', operator: 'In', values: ['node-b'] },
    ])
    expect(lists.attachments).toMatchObject([{ node: 'node-a', volume: 'vol-1', attached: false }])
    expect(lists.storageClasses).toMatchObject([{ bindingMode: 'WaitForFirstConsumer', isDefault: true }])
    expect(lists.webhooks).toMatchObject([
      { kind: 'validating', failurePolicy: 'Fail', service: { namespace: 'shop', name: 'guard' }, url: null },
      { kind: 'mutating', failurePolicy: 'Ignore', service: null },
    ])
    expect(lists.leases).toMatchObject([{ name: 'node-a', holder: 'node-a', durationSeconds: 40 }])
  })

  it('counts where each Service is answered, and keeps no address of it', async () => {
    const { lists, text } = await taken()
    const services = lists.services.map(
      ({ namespace, name, type, selector, endpoints }) =>
        `${namespace}/${name} ${type} ${JSON.stringify(selector)} ${JSON.stringify(endpoints)}`,
    )
    expect(services.filter((line) => !line.startsWith('default/')).sort()).toEqual([
      'shop/guard ClusterIP {"app":"naked"} {"ready":1,"notReady":0,"readyByNode":{"node-a":1}}',
      'shop/mail ExternalName null {"ready":0,"notReady":0,"readyByNode":{}}',
      'shop/written ClusterIP null {"ready":2,"notReady":1,"readyByNode":{}}',
    ])
    for (const address of ['198.51.100.7', 'mail.example.com']) expect(text).not.toContain(address)
  })

  it('says which hosts are which nodes', async () => {
    const { end } = await savedSnapshot(recordedReader(recordingOf(release)), [
      { name: 'alpha', machineId: '0a'.repeat(16), addresses: ['192.0.2.1'], names: ['alpha'] },
      { name: 'gamma', machineId: null, addresses: ['192.0.2.77'], names: ['gamma'] },
    ])
    expect(end.hosts?.matches).toEqual([{ host: 'alpha', node: 'node-a', by: ['machine-id', 'address'] }])
    expect(end.hosts?.findings.map(({ key }) => key)).toEqual(['host-without-node', 'node-without-host'])
  })
})
