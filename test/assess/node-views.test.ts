import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClusterPod } from '../../src/model/cluster-pods.ts'
import type { NodeInput, NodeView } from '../../src/model/node-view.ts'
import {
  boundClaim,
  clusterBudget,
  clusterNode,
  clusterPod,
  clusterWorkload,
  controller,
  nodeInput,
  type ClusterParts,
} from '../support/cluster-fixture.ts'

function viewOf(parts: ClusterParts, node = 'node-1'): NodeView {
  const input: NodeInput = nodeInput(parts, { node })
  if (input.status !== 'matched') throw new Error('not matched')
  return input.view
}

describe('the view of a node', () => {
  it('has the pods of the node and no others', () => {
    expect(viewOf({}).pods.map(({ name }) => name)).toEqual(['web-0'])
    expect(viewOf({}, 'node-2').pods.map(({ name }) => name)).toEqual(['web-1'])
  })

  it('says where the other replicas are, without pods that have ended', () => {
    const pods = [
      clusterPod('a'),
      clusterPod('b'),
      clusterPod('c', { node: 'node-2', ready: false }),
      clusterPod('d', { node: 'node-3' }),
      clusterPod('e', { node: 'node-3', phase: 'Failed' }),
      clusterPod('f', { node: null, phase: 'Pending', ready: false }),
    ]
    const workloads = [clusterWorkload('Deployment/web', { replicas: 5 })]
    expect(viewOf({ pods, workloads }).pods[0]?.replicas).toEqual({
      wanted: 5,
      here: 2,
      elsewhere: 3,
      readyElsewhere: 1,
    })
  })

  it('finds budgets by labels and expressions, and all pods by an empty selector of policy/v1', () => {
    const budgets = [
      clusterBudget('label'),
      clusterBudget('expression', {
        selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] },
      }),
      clusterBudget('all', { selector: {} }),
      clusterBudget('none', { selector: {}, apiVersion: 'policy/v1beta1' }),
      clusterBudget('no-selector', { selector: null }),
      clusterBudget('other', { selector: { matchLabels: { app: 'db' } } }),
      clusterBudget('elsewhere', { namespace: 'bank' }),
    ]
    const found = viewOf({ budgets }).pods[0]?.budgets.map(({ name }) => name)
    expect(found).toEqual(['label', 'expression', 'all'])
  })

  it('tells where the data of a claim is, and when only this node may have it', () => {
    const local = boundClaim('data', { kind: 'local', path: '/mnt/d1' }, ['node-1'])
    const shared = boundClaim('files', { kind: 'nfs', server: 'nas', path: '/x' })
    const zonal = boundClaim('disk', { kind: 'csi', driver: 'disk' }, ['node-1', 'node-2'])
    const claims = [local.claim, shared.claim, zonal.claim, { ...local.claim, name: 'new', volume: null }]
    const volumes = ['data', 'files', 'disk', 'new', 'lost'].map((claim) => ({
      name: claim,
      kind: 'persistentVolumeClaim',
      claim,
    }))
    const pods = [clusterPod('db', { volumes })]
    const view = viewOf({ pods, claims, volumes: [local.volume, shared.volume, zonal.volume] })
    expect(view.pods[0]?.volumes).toEqual([
      {
        name: 'data',
        kind: 'local',
        claim: 'data',
        path: '/mnt/d1',
        capacityBytes: 10 * 2 ** 30,
        onlyHere: true,
      },
      { name: 'files', kind: 'nfs', claim: 'files', path: '/x', capacityBytes: 10 * 2 ** 30 },
      { name: 'disk', kind: 'csi', claim: 'disk', capacityBytes: 10 * 2 ** 30 },
      { name: 'new', kind: 'persistentVolumeClaim', claim: 'new' },
      { name: 'lost', kind: 'persistentVolumeClaim', claim: 'lost', unresolved: true },
    ])
  })

  it('counts the members of etcd that run as static pods, and the control planes', () => {
    const labels = { 'node-role.kubernetes.io/master': '' }
    const nodes = ['node-1', 'node-2', 'node-3'].map((name) => clusterNode(name, { labels }))
    nodes.push(clusterNode('node-4'))
    const etcd = (node: string, ready: boolean): ClusterPod =>
      clusterPod(`etcd-${node}`, {
        node,
        ready,
        namespace: 'kube-system',
        control: 'mirror',
        owner: null,
        labels: { component: 'etcd' },
      })
    const pods = [etcd('node-1', true), etcd('node-2', true), etcd('node-3', false)]
    const view = viewOf({ nodes, pods })
    expect(view.controlPlane).toBe(true)
    expect(view.cluster).toEqual({
      version: 'v1.24.3',
      nodes: 4,
      controlPlanes: { total: 3, readyElsewhere: 2 },
      etcd: { here: true, members: 3, readyElsewhere: 1 },
    })
  })
})

describe('room for the pods of a node', () => {
  it('counts what is left on other nodes that are ready and not cordoned', () => {
    const nodes = [
      clusterNode('node-1'),
      clusterNode('node-2'),
      clusterNode('node-3', { unschedulable: true }),
      clusterNode('node-4', { ready: 'not-ready' }),
    ]
    const pods = [clusterPod('a'), clusterPod('b', { node: 'node-2' })]
    expect(viewOf({ nodes, pods }).rooms).toEqual([
      {
        pods: ['shop/a'],
        needs: { cpu: 100, memory: 2 ** 28, pods: 1 },
        nodes: 1,
        free: { cpu: 3900, memory: 8 * 2 ** 30 - 2 ** 28, pods: 109 },
        tooLarge: [],
      },
    ])
  })

  it('knows that a selector, a taint or the own name leaves this node only', () => {
    const nodes = [
      clusterNode('node-1', { labels: { disk: 'fast' } }),
      clusterNode('node-2', { taints: [{ key: 'gpu', effect: 'NoSchedule' }] }),
    ]
    const named = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] }]
    const pods = [
      clusterPod('a', { scheduling: { nodeSelector: { disk: 'fast' } } }),
      clusterPod('b'),
      clusterPod('c', { scheduling: { tolerations: [{ operator: 'Exists' }] } }),
      clusterPod('d', { scheduling: { affinity: { node: { required: named, preferred: [] } } } }),
    ]
    const rooms = viewOf({ nodes, pods }).rooms.map(({ pods, nodes }) => [pods.join(' '), nodes])
    expect(rooms).toEqual([
      ['shop/a shop/b shop/d', 0],
      ['shop/c', 1],
    ])
  })

  it('leaves out pods that need no room', () => {
    const pods = [
      clusterPod('agent', { owner: controller('DaemonSet/agent') }),
      clusterPod('static', { control: 'mirror', owner: null }),
      clusterPod('naked', { control: 'none', owner: null }),
      clusterPod('done', { phase: 'Succeeded' }),
    ]
    expect(viewOf({ pods }).rooms).toEqual([])
  })

  it('names a pod that is larger than what any single node has left', () => {
    const pods = [clusterPod('big', { requests: { cpu: 4000 } }), clusterPod('b', { node: 'node-2' })]
    const nodes = [clusterNode('node-1'), clusterNode('node-2')]
    expect(viewOf({ nodes, pods }).rooms[0]?.tooLarge).toEqual(['shop/big'])
  })

  it('never finds more room than all other nodes have together', () => {
    const sizes = fc.array(fc.record({ cpu: fc.integer({ min: 0, max: 8000 }), cordoned: fc.boolean() }), {
      minLength: 1,
      maxLength: 8,
    })
    fc.assert(
      fc.property(sizes, fc.array(fc.nat(3000), { maxLength: 12 }), (nodeSizes, requests) => {
        const nodes = [
          clusterNode('node-1'),
          ...nodeSizes.map(({ cpu, cordoned }, index) =>
            clusterNode(`n${index}`, { allocatable: { cpu, pods: 10 }, unschedulable: cordoned }),
          ),
        ]
        const pods = requests.map((cpu, index) =>
          clusterPod(`p${index}`, { node: nodes[index % nodes.length]?.name ?? null, requests: { cpu } }),
        )
        const total = nodeSizes.reduce((sum, { cpu, cordoned }) => sum + (cordoned ? 0 : cpu), 0)
        for (const { free, needs } of viewOf({ nodes, pods }).rooms) {
          expect(free['cpu'] ?? 0).toBeLessThanOrEqual(total)
          expect(needs['cpu']).toBe(
            requests.filter((_cpu, index) => index % nodes.length === 0).reduce((sum, cpu) => sum + cpu, 0),
          )
        }
      }),
    )
  })
})
