import { describe, expect, it } from 'vitest'
import { machineChanges, nodeHealth } from '../../src/steps/node-condition.ts'

const node = (...conditions: object[]): object => ({ metadata: { name: 'node-1' }, status: { conditions } })
const ready = { type: 'Ready', status: 'True', message: 'kubelet is posting ready status' }

describe('nodeHealth', () => {
  it('finds nothing on a node that is well', () => {
    const fine = node(ready, { type: 'DiskPressure', status: 'False', message: 'no disk pressure' })
    expect(nodeHealth({ ...fine })).toEqual({ notReady: undefined, troubles: [] })
  })

  it('says why a node is not ready, also when nobody has heard of it', () => {
    const silent = { type: 'Ready', status: 'Unknown', message: 'Kubelet stopped posting node status.' }
    expect(nodeHealth({ ...node(silent) }).notReady).toBe('Kubelet stopped posting node status.')
    expect(nodeHealth({ ...node({ type: 'Ready', status: 'False' }) }).notReady).toBe('Ready is False')
    expect(nodeHealth({ ...node() }).notReady).toBe('')
  })

  it('names pressure and a network that is away, and takes unknown for no good sign', () => {
    const disk = { type: 'DiskPressure', status: 'True', message: 'kubelet has disk pressure' }
    const network = { type: 'NetworkUnavailable', status: 'Unknown' }
    const own = { type: 'KernelDeadlock', status: 'True', message: 'not one of Kubernetes' }
    expect(nodeHealth({ ...node(ready, disk, network, own) }).troubles).toEqual([
      'DiskPressure: kubelet has disk pressure',
      'NetworkUnavailable: NetworkUnavailable is Unknown',
    ])
  })
})

describe('machineChanges', () => {
  const was = {
    name: 'node-1',
    uid: 'u',
    machineId: 'm',
    bootId: 'b',
    osImage: 'CentOS Linux 8',
    providerId: null,
    podCidrs: [],
    addresses: [],
    labels: {},
    annotations: {},
    taints: [],
  }

  it('tells another boot, machine and system, and nothing else', () => {
    expect(machineChanges(was, { ...was, uid: 'another', labels: { a: 'b' } })).toEqual([])
    expect(machineChanges(was, { ...was, bootId: 'c', osImage: 'Anolis OS 8.8' })).toEqual([
      'bootId: b -> c',
      'osImage: CentOS Linux 8 -> Anolis OS 8.8',
    ])
    expect(machineChanges(was, { ...was, machineId: null })).toEqual(['machineId: m -> ?'])
  })
})
