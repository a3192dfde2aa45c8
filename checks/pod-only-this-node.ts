import { defineNodeCheck, pass } from '../src/model/check.ts'
import { nameSome } from '../src/model/excerpt.ts'
import { clusterEvidence } from '../src/model/node-evidence.ts'

/** Pods that no other node may run: evicted, they stay pending. */
export const podOnlyThisNode = defineNodeCheck({
  id: 'pod-only-this-node',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes', 'pods'],
  severity: 'high',
  title: { en: 'Pods fit no other node', zh: 'Pod 无法在其他节点运行' },
  what: {
    en: 'nodeSelector, required node affinity and the taints of the others leave no node that is ready and not cordoned. Evicted pods stay pending until this node is back, with the same labels.',
    zh: 'nodeSelector、强制节点亲和性以及其他节点的污点，使得没有其他就绪且未封锁的节点可用。被驱逐的 Pod 会一直 Pending，直到本节点带着相同的标签恢复。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Give another node the label that the pods ask for, or uncordon one; otherwise agree on a window. A reprovisioned node must get its labels back.',
        zh: '为其他节点添加 Pod 所需的标签，或解除某个节点的封锁；否则约定窗口。重装后的节点必须恢复原有标签。',
      },
    },
    { kind: 'command', argv: ['kubectl', 'get', 'nodes', '--show-labels'] },
  ],
  effort: { onceMinutes: 20, perHostMinutes: 10 },
  sources: [
    'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/',
    'https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/',
    'facts: nodes.md 2.8',
  ],
  evaluate({ node }) {
    const pods = node.rooms.filter(({ nodes }) => nodes === 0).flatMap(({ pods }) => pods)
    if (pods.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `No other node that is ready and not cordoned may run: ${nameSome(pods)}.`,
        zh: `没有其他就绪且未封锁的节点可运行：${nameSome(pods)}。`,
      },
      evidence: clusterEvidence(pods.map((pod) => `${pod}: 0 of ${node.cluster.nodes - 1} other nodes`)),
    }
  },
})
