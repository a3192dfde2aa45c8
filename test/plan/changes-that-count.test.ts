import { describe, expect, it } from 'vitest'
import type { ClusterViewInput } from '../../src/plan/input-views.ts'
import type { ClusterGap } from '../../src/model/cluster.ts'
import { canonicalJson } from '../../src/model/canonical-json.ts'
import {
  changesThatCount,
  isScaledDown,
  namespacesOf,
  untoldList,
  type LabelledPod,
} from '../../src/plan/changes-that-count.ts'
import { clusterChanges, ViewedCluster, type ChangedObject } from '../../src/plan/cluster-changes.ts'
import { clusterInputView } from '../../src/plan/input-views.ts'
import { boundClaim, clusterBudget, clusterNode, clusterWorkload } from '../support/cluster-fixture.ts'

const selector = (app: string): object => ({ selector: { matchLabels: { app }, matchExpressions: [] } })
const onDisk = (name: string, node: string): ReturnType<typeof boundClaim>['volume'] =>
  boundClaim(name, { kind: 'local', path: '/mnt/ssd' }, [node]).volume
const labelled = (name: string): ReturnType<typeof clusterNode> =>
  clusterNode(name, { labels: { 'kubernetes.io/hostname': name } })

/** A pod of web is on n1, which is to begin; one of db on n2, which is not. */
const pods: LabelledPod[] = [
  { namespace: 'shop', labels: { app: 'web' }, node: 'n1' },
  { namespace: 'store', labels: { app: 'db' }, node: 'n2' },
  { namespace: 'store', labels: { app: 'db' }, node: null },
]
const cluster: ClusterViewInput = {
  nodes: [labelled('n1'), labelled('n2')],
  budgets: [clusterBudget('web'), clusterBudget('db', { namespace: 'store' })],
  workloads: [
    clusterWorkload('Deployment/web', { replicas: 3, ...selector('web') }),
    clusterWorkload('Deployment/db', { namespace: 'store', replicas: 3, ...selector('db') }),
  ],
  volumes: [onDisk('a', 'n1'), onDisk('b', 'n2')],
}

function viewed(input: ClusterViewInput): ViewedCluster {
  return ViewedCluster.parse(JSON.parse(canonicalJson(clusterInputView(input))))
}

function changed(after: Partial<ClusterViewInput>): { all: ChangedObject[]; counted: string[] } {
  const now = { ...cluster, ...after }
  const all = clusterChanges(viewed(cluster), viewed(now))
  const counted = changesThatCount(all, { ...now, toBegin: new Set(['n1']), pods })
  return { all, counted: counted.map(({ kind, name, change }) => `${kind} ${name} ${change}`) }
}

function withBudget(name: string, namespace: string, minAvailable: number): Partial<ClusterViewInput> {
  const others = cluster.budgets.filter((budget) => budget.name !== name)
  return { budgets: [...others, clusterBudget(name, { namespace, minAvailable, maxUnavailable: null })] }
}

function withWorkload(
  index: 0 | 1,
  change: Partial<ClusterViewInput['workloads'][number]>,
): Partial<ClusterViewInput> {
  return { workloads: cluster.workloads.map((one, at) => (at === index ? { ...one, ...change } : one)) }
}

function withNode(
  name: string,
  change: Partial<ClusterViewInput['nodes'][number]>,
): Partial<ClusterViewInput> {
  return { nodes: cluster.nodes.map((node) => (node.name === name ? { ...node, ...change } : node)) }
}

const taint = { key: 'team', value: 'a', effect: 'NoSchedule' }

describe('changesThatCount', () => {
  it.each<[string, Partial<ClusterViewInput>, string[]]>([
    ['a label of a node to begin', withNode('n1', { labels: { rack: 'r2' } }), ['Node n1 changed']],
    ['a label of another node', withNode('n2', { labels: { rack: 'r2' } }), []],
    ['another node that people have cordoned', withNode('n2', { unschedulable: true }), ['Node n2 changed']],
    ['another node that people have tainted', withNode('n2', { taints: [taint] }), ['Node n2 changed']],
    ['another node that is gone', { nodes: [labelled('n1')] }, ['Node n2 gone']],
    ['a node more', { nodes: [...cluster.nodes, labelled('n3')] }, []],
    ['the budget of a pod on it', withBudget('web', 'shop', 2), ['PodDisruptionBudget web changed']],
    [
      'a volume more on its disk',
      { volumes: [...cluster.volumes, onDisk('c', 'n1')] },
      ['PersistentVolume pv-c new'],
    ],
    [
      'a directory of it that is a volume now',
      { volumes: [...cluster.volumes, { ...onDisk('c', 'n1'), source: { kind: 'hostPath', path: '/srv' } }] },
      ['PersistentVolume pv-c new'],
    ],
    ['a volume more on the disk of another node', { volumes: [...cluster.volumes, onDisk('c', 'n2')] }, []],
    ['a budget more', { budgets: [...cluster.budgets, clusterBudget('more')] }, []],
    ['a budget where no pod of it is', withBudget('db', 'store', 2), []],
    [
      'a budget of a pod on it that is gone',
      { budgets: [cluster.budgets[1]!] },
      ['PodDisruptionBudget web gone'],
    ],
    ['fewer pods of a workload on it', withWorkload(0, { replicas: 2 }), ['Deployment web changed']],
    ['more pods of a workload on it', withWorkload(0, { replicas: 5 }), []],
    ['fewer pods of a workload that is elsewhere', withWorkload(1, { replicas: 1 }), []],
    [
      'what a workload on it demands of nodes',
      withWorkload(0, { replicas: 5, scheduling: { nodeSelector: { disk: 'ssd' } } }),
      ['Deployment web changed'],
    ],
    ['another workload of the same name', withWorkload(0, { uid: 'anew' }), ['Deployment web replaced']],
    ['a workload that is gone', { workloads: [cluster.workloads[1]!] }, []],
    [
      'a volume on its disk that another claim has',
      {
        volumes: [{ ...onDisk('a', 'n1'), claim: null }, cluster.volumes[1]!],
      },
      ['PersistentVolume pv-a changed'],
    ],
    [
      'a volume on the disk of another node',
      {
        volumes: [cluster.volumes[0]!, { ...onDisk('b', 'n2'), claim: null }],
      },
      [],
    ],
  ])('%s', (_, after, expected) => {
    const { all, counted } = changed(after)
    expect(all).not.toEqual([])
    expect(counted).toEqual(expected)
  })

  it('needs the pods of the namespaces in which something has changed', () => {
    expect(namespacesOf(changed(withBudget('db', 'store', 2)).all)).toEqual(['store'])
    expect(namespacesOf(changed(withNode('n2', { unschedulable: true })).all)).toEqual([])
  })
})

describe('isScaledDown', () => {
  it.each<[string, Partial<ClusterViewInput>, boolean]>([
    ['fewer pods', withWorkload(0, { replicas: 2 }), true],
    ['more pods', withWorkload(0, { replicas: 4 }), false],
    [
      'fewer, and other nodes',
      withWorkload(0, { replicas: 2, scheduling: { nodeSelector: { disk: 'ssd' } } }),
      false,
    ],
    ['fewer of another of the same name', withWorkload(0, { replicas: 2, uid: 'anew' }), false],
  ])('%s', (_, after, expected) => {
    expect(changed(after).all.map(isScaledDown)).toEqual([expected])
  })
})

describe('untoldList', () => {
  const gap = (resource: string, reason: ClusterGap['reason']): ClusterGap => ({
    list: 'workloads',
    resource,
    reason,
    message: 'why',
    objects: null,
  })
  const { all: without } = changed({ workloads: [cluster.workloads[1]!] })

  it.each<[string, ClusterGap, boolean]>([
    ['that may not be listed any more', gap('deployments.apps', 'forbidden'), true],
    ['that is no list', gap('deployments.apps', 'failed'), true],
    ['of which some objects are none', { ...gap('deployments.apps', 'unparsable'), objects: 1 }, true],
    ['of another kind', gap('statefulsets.apps', 'forbidden'), false],
    ['that the server has no more', gap('deployments.apps', 'absent'), false],
  ])('tells of an object that is missing in a list %s', (_, of, isUntold) => {
    expect(untoldList(without, [of])).toEqual(isUntold ? of : undefined)
  })

  it('needs no list of which nothing is missing', () => {
    const { all } = changed(withWorkload(0, { replicas: 1 }))
    expect(untoldList(all, [gap('deployments.apps', 'forbidden')])).toBeUndefined()
  })
})
