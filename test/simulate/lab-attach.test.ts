import { expect, it } from 'vitest'
import { createLabCluster, type LabClusterOptions } from '../../src/simulate/create-lab-cluster.ts'
import { askLab } from './ask-lab.ts'

const startAtMs = Date.parse('2026-11-22T10:00:00Z')
const attachments = '/apis/storage.k8s.io/v1/volumeattachments'
const pods = '/api/v1/namespaces/default/pods'
const iscsi = { targetPortal: '10.0.0.1:3260', iqn: 'iqn.2026-11.example:disk' }
const byPort = { targetWWNs: ['500a0982991b8dc5', '500a0982891b8dc5'], lun: 2 }
const byId = { wwids: ['3600508b400105e210000900000490000'] }
// As the attach-detach controller of 1.20 and of 1.36 names them in node.status.
const names = {
  iscsi: 'kubernetes.io/iscsi/10.0.0.1:3260:iqn.2026-11.example:disk:0',
  byPort: 'kubernetes.io/fc/[500a0982991b8dc5 500a0982891b8dc5]:2',
  byId: 'kubernetes.io/fc/[3600508b400105e210000900000490000]',
}

/** A node, and what it says of volumes. */
function start(options: Partial<LabClusterOptions> = {}) {
  const lab = createLabCluster({ startAtMs, startMs: 100, stopMs: 200, ...options })
  const api = askLab(lab)
  let nowMs = startAtMs
  const pass = (ms: number): void => {
    nowMs += ms
    lab.advanceTo(nowMs)
  }
  lab.machines.addNode({ name: 'node-1', csiDrivers: ['csi.example'] })
  pass(100)
  const createPod = (name: string, volumes: readonly object[]): void => {
    const containers = [{ name: 'main', image: 'none' }]
    lab.create(pods, { metadata: { name }, spec: { nodeName: 'node-1', containers, volumes } })
    pass(1000)
  }
  function ofNode(): { attached: string[]; inUse: string[] } {
    const { volumesAttached = [], volumesInUse = [] } = api.read('/api/v1/nodes/node-1').status as {
      volumesAttached?: { name: string }[]
      volumesInUse?: string[]
    }
    return { attached: volumesAttached.map(({ name }) => name), inUse: volumesInUse }
  }
  const phaseOf = (name: string): unknown => api.read(`${pods}/${name}`).status.phase
  return { lab, api, pass, createPod, ofNode, phaseOf }
}

it('attaches disks of a storage network by itself, and detaches them when the kubelet has let them go', () => {
  const { api, pass, createPod, ofNode, phaseOf } = start({ unmountMs: 3000 })
  createPod('db', [
    { name: 'a', iscsi },
    { name: 'b', fc: byPort },
    { name: 'c', fc: byId },
  ])
  const all = [names.byId, names.byPort, names.iscsi]
  expect([phaseOf('db'), ofNode()]).toEqual(['Running', { attached: all, inUse: all }])
  expect(api.items(attachments)).toEqual([])
  createPod('other', [{ name: 'b', fc: byPort }])
  api.request('DELETE', `${pods}/db`)
  pass(1000)
  expect([api.request('GET', `${pods}/db`).status, ofNode()]).toEqual([404, { attached: all, inUse: all }])
  pass(3000)
  expect(ofNode()).toEqual({ attached: [names.byPort], inUse: [names.byPort] })
})

it('starts no pod whose volumes nobody attaches', () => {
  const { createPod, ofNode, phaseOf } = start({ controllers: false })
  createPod('db', [{ name: 'a', iscsi }])
  expect([phaseOf('db'), ofNode()]).toEqual(['Pending', { attached: [], inUse: [names.iscsi] }])
})

it('asks a driver by a VolumeAttachment, and nobody for a disk of a storage network that a claim is bound to', () => {
  const { lab, api, createPod, ofNode, phaseOf } = start()
  const common = { accessModes: ['ReadWriteOnce'], storageClassName: '' }
  const csi = { driver: 'csi.example', volumeHandle: 'disk-7' }
  for (const [name, source] of [
    ['block', { iscsi }],
    ['driven', { csi }],
  ] as const) {
    const body = { metadata: { name }, spec: { ...common, capacity: { storage: '1Gi' }, ...source } }
    lab.create('/api/v1/persistentvolumes', body)
    const resources = { requests: { storage: '1Gi' } }
    const claim = { metadata: { name }, spec: { ...common, volumeName: name, resources } }
    lab.create('/api/v1/namespaces/default/persistentvolumeclaims', claim)
  }
  createPod(
    'db',
    ['block', 'driven'].map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
  )
  const all = ['kubernetes.io/csi/csi.example^disk-7', names.iscsi]
  expect([phaseOf('db'), ofNode()]).toEqual(['Running', { attached: all, inUse: all }])
  expect(api.items(attachments).map(({ spec }) => spec as object)).toEqual([
    { attacher: 'csi.example', nodeName: 'node-1', source: { persistentVolumeName: 'driven' } },
  ])
})

it('forgets what a machine that is switched off had in use', () => {
  const { lab, api, pass, createPod, ofNode } = start({ unmountMs: 60_000 })
  createPod('db', [{ name: 'a', iscsi }])
  api.request('DELETE', `${pods}/db`)
  pass(1000)
  lab.machines.nodeDown('node-1')
  expect(ofNode().inUse).toEqual([names.iscsi])
  lab.machines.nodeUp('node-1', { bootId: 'next' })
  pass(1000)
  expect(ofNode()).toEqual({ attached: [], inUse: [] })
})
