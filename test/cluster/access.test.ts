import { describe, expect, it } from 'vitest'
import { accessName, accessReview, accessRights, clusterAccess } from '../../src/model/cluster-access.ts'

describe('clusterAccess', () => {
  it('reads no Secret and no ConfigMap, and asks for nothing by wildcard', () => {
    for (const { group, resources, verbs } of clusterAccess) {
      for (const word of [group, ...resources, ...verbs]) expect(word).not.toContain('*')
      expect(resources).not.toContain('configmaps')
    }
    // What is patched is answered whole: that would be reading, too.
    const secrets = accessRights().filter(({ resource }) => resource === 'secrets')
    expect(secrets.map((right) => [accessName(right), right.tasks])).toEqual([
      ['create secrets -n kube-system', ['join']],
      ['delete secrets -n kube-system', ['join']],
    ])
  })

  it('asks the server about a right in its namespace', () => {
    const right = accessRights().find((right) => accessName(right) === 'delete secrets -n kube-system')!
    expect(accessReview(right)).toMatchObject({
      spec: {
        resourceAttributes: { group: '', resource: 'secrets', verb: 'delete', namespace: 'kube-system' },
      },
    })
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
