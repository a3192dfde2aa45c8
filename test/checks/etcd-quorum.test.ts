import { describe, expect, it } from 'vitest'
import { etcdQuorum } from '../../checks/etcd-quorum.ts'
import { clusterNode, clusterPod, judgeNode } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

function cluster(members: number, ill: number) {
  const names = Array.from({ length: members }, (_, index) => `node-${index + 1}`)
  const member = { namespace: 'kube-system', control: 'mirror', owner: null } as const
  const pods = names.map((node, index) =>
    // The first is the one that is judged.
    clusterPod(`etcd-${node}`, {
      ...member,
      labels: { component: 'etcd' },
      node,
      ready: index === 0 || index > ill,
    }),
  )
  return { nodes: names.map((name) => clusterNode(name)), pods }
}

describe('etcd-quorum', () => {
  it('has nothing to say about a node without a member', () => {
    expect(judgeNode(etcdQuorum, {}).status).toBe('not-applicable')
  })

  // Source: nodes.md 2.11, as Cluster API’s targetEtcdClusterHealthy decides.
  it.each([
    [1, 0, 'high', 'block'],
    [2, 0, 'block', 'pass'],
    [3, 0, 'pass', 'pass'],
    [3, 1, 'block', 'block'],
    [5, 1, 'pass', 'pass'],
    [5, 2, 'block', 'block'],
    [7, 2, 'pass', 'pass'],
  ])('judges %i members, %i of them not ready', (...row) => {
    const [members, ill, inPlace, removed] = row
    const told = (target: 'anolis-rhck' | 'containeros'): unknown => {
      const result = judgeNode(etcdQuorum, cluster(members, ill), { target })
      return result.status === 'fail' ? result.severity : result.status
    }
    expect([told('anolis-rhck'), told('containeros')]).toEqual([inPlace, removed])
  })

  it('does not take a pod of another kind for a member', () => {
    const { nodes, pods } = cluster(1, 0)
    const copies = pods.map((pod) => ({ ...pod, control: 'controller' as const }))
    expect(judgeNode(etcdQuorum, { nodes, pods: copies }).status).toBe('not-applicable')
  })

  itNeedsItsLists(etcdQuorum)
})
