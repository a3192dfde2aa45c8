import { defineNodeCheck, pass } from '../src/model/check.ts'

/** A node that somebody has cordoned already, for a reason that a migration does not know. */
export const nodeCordoned = defineNodeCheck({
  id: 'node-cordoned',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes'],
  severity: 'medium',
  title: { en: 'The node is cordoned already', zh: '节点已被封锁' },
  what: {
    en: 'Somebody keeps new pods from this node, perhaps because its hardware fails or because another maintenance is under way. osferry does not uncordon what it has not cordoned, so the node stays as it is after the move.',
    zh: '已有人禁止向该节点调度新的 Pod，可能因为硬件故障或正在进行其他维护。osferry 不会解除并非由它设置的封锁，迁移后节点仍保持封锁。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Find out who cordoned it and why; finish that first, or agree that the move may begin.',
        zh: '查明封锁者及原因；先完成其工作，或确认可以开始迁移。',
      },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 10 },
  sources: [
    'https://kubernetes.io/docs/concepts/architecture/nodes/#manual-node-administration',
    'facts: nodes.md 3, wish 2: a tool uncordoned what the administrator had cordoned',
  ],
  evaluate({ node }) {
    if (!node.unschedulable) return pass
    const ours = node.cordonedBy !== null
    return {
      status: 'fail',
      here: ours
        ? {
            en: `Node ${node.name} is cordoned by osferry: a drain is under way, or was ended hard.`,
            zh: `节点 ${node.name} 由 osferry 封锁：排空正在进行，或曾被强行中止。`,
          }
        : {
            en: `Node ${node.name} is cordoned, and not by osferry.`,
            zh: `节点 ${node.name} 已被封锁，且并非由 osferry 设置。`,
          },
      evidence: [
        {
          fact: 'cluster',
          excerpt: `node ${node.name} unschedulable: true${ours ? ` ${node.cordonedBy}` : ''}`,
        },
      ],
    }
  },
})
