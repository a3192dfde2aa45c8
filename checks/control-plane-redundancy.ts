import { defineNodeCheck, notApplicable, pass } from '../src/model/check.ts'
import { clusterEvidence } from '../src/model/node-evidence.ts'

/** The only control plane node that is ready: without it nothing in the cluster changes, and nothing can be drained. */
export const controlPlaneRedundancy = defineNodeCheck({
  id: 'control-plane-redundancy',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes'],
  severity: 'high',
  worstSeverity: { containeros: 'block' },
  title: { en: 'No other control plane node is ready', zh: '没有其他就绪的控制平面节点' },
  what: {
    en: 'While this node is down there is no API server: pods keep running, but none is moved, started or repaired, and osferry cannot see the cluster. A reprovision that wipes the disk loses the cluster itself.',
    zh: '本节点离线期间没有 API server：已有 Pod 继续运行，但无法迁移、启动或修复，osferry 也无法查看集群。重装清空磁盘会导致整个集群丢失。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Bring the other control plane nodes back first, or add one; for a single one take an etcd snapshot, move in place, and plan the time without an API server.',
        zh: '先恢复或新增其他控制平面节点；若只有一个，请先做 etcd 快照，采用原地迁移，并为 API server 停机安排时间。',
      },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 0 },
  sources: [
    'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/high-availability/',
    'facts: nodes.md 2.11',
  ],
  evaluate({ node }, { target }) {
    if (!node.controlPlane)
      return notApplicable('This node is no control plane node.', '本节点不是控制平面节点。')
    const { total, readyElsewhere } = node.cluster.controlPlanes
    if (readyElsewhere > 0) return pass
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'block' : 'high',
      here: {
        en: `${total} control plane nodes, none of the others is ready.`,
        zh: `共 ${total} 个控制平面节点，其他节点均未就绪。`,
      },
      evidence: clusterEvidence([
        `control plane nodes: ${total}, ready beside ${node.name}: ${readyElsewhere}`,
      ]),
    }
  },
})
