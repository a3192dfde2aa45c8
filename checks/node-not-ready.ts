import { defineNodeCheck, pass } from '../src/model/check.ts'
import { clusterEvidence } from '../src/model/node-evidence.ts'

/** A node whose kubelet does not work: what is evicted from it does not end. */
export const nodeNotReady = defineNodeCheck({
  id: 'node-not-ready',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes'],
  severity: 'high',
  title: { en: 'The node is not ready', zh: '节点未就绪' },
  what: {
    en: 'The API server does not hear from the kubelet, or it says that it cannot run pods. Evicted pods then stay in Terminating, volumes are not detached, and nobody can tell afterwards whether the move or the old fault is to blame. A node that is not ready also counts among those that may be away.',
    zh: 'API server 收不到 kubelet 的心跳，或 kubelet 报告无法运行 Pod。此时被驱逐的 Pod 会停留在 Terminating，卷无法分离，事后也难以区分是迁移还是原有故障所致。未就绪节点也计入允许离线的节点数。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Repair the kubelet first. If the machine is dead, confirm that it is powered off before its pods are let go.',
        zh: '先修复 kubelet；若机器已故障，请先确认已断电，再释放其 Pod。',
      },
    },
    { kind: 'command', argv: ['journalctl', '--unit', 'kubelet', '--since', '-1h'] },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 30 },
  sources: [
    'https://kubernetes.io/docs/reference/node/node-status/#condition',
    'https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#non-graceful-node-shutdown',
    'facts: nodes.md 2.9',
  ],
  evaluate({ node }) {
    if (node.ready === 'ready') return pass
    const reason = node.readyReason ?? '-'
    const since = node.readySince ?? '-'
    return {
      status: 'fail',
      here: {
        en: `Node ${node.name} is ${node.ready === 'unknown' ? 'not heard of' : 'not ready'} (${reason}), since ${since}.`,
        zh: `节点 ${node.name} ${node.ready === 'unknown' ? '失去联系' : '未就绪'}（${reason}），自 ${since} 起。`,
      },
      evidence: clusterEvidence([`node ${node.name} Ready: ${node.ready} ${reason} since ${since}`]),
    }
  },
})
