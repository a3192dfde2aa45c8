import { defineNodeCheck, pass } from '../src/model/check.ts'
import { nameSome } from '../src/model/excerpt.ts'
import { clusterEvidence, gibibytes } from '../src/model/node-evidence.ts'
import type { NodeRoom } from '../src/model/node-view.ts'

/** What the node’s pods ask for is more than the other nodes have left: some stay pending. */
export const drainCapacity = defineNodeCheck({
  id: 'drain-capacity',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes', 'pods'],
  severity: 'high',
  title: { en: 'The other nodes have no room for its pods', zh: '其他节点容纳不下本节点的 Pod' },
  what: {
    en: 'Requests of the pods to be moved are compared with what is left on the nodes that may run them, one node away at a time. Too little room is sure to leave pods pending; enough of it is no promise, as the scheduler also looks at spread, affinity between pods and volumes.',
    zh: '将待迁移 Pod 的资源请求与可运行它们的节点的剩余资源相比较，每次仅考虑一个节点离线。余量不足必然有 Pod Pending；余量足够也不等于保证，因为调度器还会考虑打散、Pod 间亲和性与卷。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Add a node for the time of the move, scale down what may be scaled down, or lower requests that are far above use.',
        zh: '迁移期间增加节点，缩减可以缩减的工作负载，或降低远高于实际用量的资源请求。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 0 },
  sources: [
    'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-requests-are-scheduled',
    'facts: nodes.md 2.8 rule 6',
  ],
  evaluate({ node }) {
    // Where there is no node at all, that is the finding: see pod-only-this-node.
    const rooms = node.rooms.filter(({ nodes }) => nodes > 0)
    const short = rooms.flatMap(shortages)
    const tooLarge = rooms.flatMap((room) => room.tooLarge)
    if (short.length === 0 && tooLarge.length === 0) return pass
    const large = {
      en: tooLarge.length === 0 ? '' : ` No single node has room for ${nameSome(tooLarge)}.`,
      zh: tooLarge.length === 0 ? '' : `没有单个节点能容纳 ${nameSome(tooLarge)}。`,
    }
    const all = {
      en: short.length === 0 ? '' : `Missing on the other nodes together: ${nameSome(short)}.`,
      zh: short.length === 0 ? '' : `其他节点合计缺少：${nameSome(short)}。`,
    }
    return {
      status: 'fail',
      here: { en: `${all.en}${large.en}`.trim(), zh: `${all.zh}${large.zh}` },
      evidence: clusterEvidence([
        ...rooms.map(({ pods, nodes }) => `${nameSome(pods)}: ${nodes} other nodes`),
        ...short,
        ...tooLarge,
      ]),
    }
  },
})

/** `cpu 500m of 2000m`: what is missing, of what is asked for. */
function shortages({ needs, free }: NodeRoom): string[] {
  return Object.entries(needs).flatMap(([resource, needed]) => {
    const missing = needed - (free[resource] ?? 0)
    return missing > 0 ? [`${resource} ${amount(resource, missing)} of ${amount(resource, needed)}`] : []
  })
}

function amount(resource: string, value: number): string {
  if (resource === 'cpu') return `${value}m`
  return resource === 'memory' || resource === 'ephemeral-storage' ? gibibytes(value) : String(value)
}
