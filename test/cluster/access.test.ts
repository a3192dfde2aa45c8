import { describe, expect, it } from 'vitest'
import { accessName, accessRights, clusterAccess } from '../../src/model/cluster-access.ts'

describe('clusterAccess', () => {
  it('asks for no Secret, no ConfigMap and nothing by wildcard', () => {
    for (const { group, resources, verbs } of clusterAccess) {
      for (const word of [group, ...resources, ...verbs]) expect(word).not.toContain('*')
      expect(resources).not.toContain('secrets')
      expect(resources).not.toContain('configmaps')
    }
  })

  it('only reads for a snapshot', () => {
    const verbs = accessRights().flatMap(({ tasks, verb }) => (tasks.includes('snapshot') ? verb : []))
    expect(new Set(verbs)).toEqual(new Set(['get', 'list', 'watch']))
  })

  it('names every right once, in the words of kubectl auth can-i', () => {
    const names = accessRights().map(accessName)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toContain('create pods/eviction')
    expect(names).toContain('patch nodes')
    expect(names).toContain('patch certificatesigningrequests.certificates.k8s.io/approval')
    expect(names).toContain('approve signers.certificates.k8s.io/kubernetes.io/kubelet-serving')
  })

  it('keeps the tasks of a right that several rows ask for', () => {
    const leases = accessRights().find((right) => accessName(right) === 'get leases.coordination.k8s.io')
    expect(leases?.tasks).toEqual(['snapshot', 'drain', 'restore'])
  })
})
