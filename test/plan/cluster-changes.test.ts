import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/model/canonical-json.ts'
import { clusterChanges, ViewedCluster, type ChangedObject } from '../../src/plan/cluster-changes.ts'
import { clusterInputView, type ClusterViewInput } from '../../src/plan/input-views.ts'
import { boundClaim, clusterBudget, clusterNode, clusterWorkload } from '../support/cluster-fixture.ts'

const cluster: ClusterViewInput = {
  nodes: [clusterNode('n1'), clusterNode('n2', { labels: { rack: 'r1' } })],
  budgets: [clusterBudget('web', { minAvailable: 2, maxUnavailable: null })],
  workloads: [clusterWorkload('Deployment/web'), clusterWorkload('StatefulSet/web')],
  volumes: [],
}

/** As it is read again from the state directory. */
function viewed(input: ClusterViewInput): ViewedCluster {
  return ViewedCluster.parse(JSON.parse(canonicalJson(clusterInputView(input))))
}

function changes(after: Partial<ClusterViewInput>): ChangedObject[] {
  return clusterChanges(viewed(cluster), viewed({ ...cluster, ...after }))
}

const node = { kind: 'Node', namespace: null }

describe('clusterChanges', () => {
  it('finds nothing in what a plan does not rest on', () => {
    expect(changes({ nodes: cluster.nodes.map((one) => ({ ...one, ready: 'not-ready' })) })).toEqual([])
  })

  it('tells both values of a budget that was changed, and that a field is none', () => {
    const name = { kind: 'PodDisruptionBudget', namespace: 'shop', name: 'web', change: 'changed' }
    expect(changes({ budgets: [clusterBudget('web', { minAvailable: 3, maxUnavailable: null })] })).toEqual([
      { ...name, fields: [{ field: 'minAvailable', before: '2', after: '3' }] },
    ])
    expect(
      changes({ budgets: [clusterBudget('web', { minAvailable: null, maxUnavailable: '25%' })] })[0]?.fields,
    ).toEqual([
      { field: 'maxUnavailable', before: null, after: '25%' },
      { field: 'minAvailable', before: '2', after: null },
    ])
  })

  it('tells replicas of the one workload that was scaled, not of another kind with the same name', () => {
    const [first] = cluster.workloads
    expect(changes({ workloads: [first!, clusterWorkload('StatefulSet/web', { replicas: 5 })] })).toEqual([
      {
        kind: 'StatefulSet',
        namespace: 'shop',
        name: 'web',
        change: 'changed',
        fields: [{ field: 'replicas', before: '3', after: '5' }],
      },
    ])
  })

  it('tells nodes that are gone, new, and others of the same name', () => {
    expect(changes({ nodes: [clusterNode('n0'), clusterNode('n1', { uid: 'anew' })] })).toEqual([
      { ...node, name: 'n1', change: 'replaced', fields: [] },
      { ...node, name: 'n2', change: 'gone', fields: [] },
      { ...node, name: 'n0', change: 'new', fields: [] },
    ])
  })

  it('tells each label and taint of a node by itself', () => {
    const taints = [{ key: 'gpu', effect: 'NoSchedule' as const }]
    const [first] = cluster.nodes
    expect(
      changes({ nodes: [first!, clusterNode('n2', { labels: { rack: 'r2', zone: 'a' }, taints })] }),
    ).toEqual([
      {
        ...node,
        name: 'n2',
        change: 'changed',
        fields: [
          { field: 'labels.rack', before: 'r1', after: 'r2' },
          { field: 'labels.zone', before: null, after: 'a' },
          { field: 'taints', before: '[]', after: '[{"effect":"NoSchedule","key":"gpu","value":""}]' },
        ],
      },
    ])
  })

  it('tells a local volume that was added', () => {
    const { volume } = boundClaim('db', { kind: 'local', path: '/mnt/a' }, ['n1'])
    expect(changes({ volumes: [volume] })).toEqual([
      { kind: 'PersistentVolume', namespace: null, name: 'pv-db', change: 'new', fields: [] },
    ])
  })
})
