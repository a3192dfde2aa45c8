import { defineNodeCheck, notApplicable, pass } from '../src/model/check.ts'
import { clusterEvidence } from '../src/model/node-evidence.ts'

/** Whether etcd keeps its majority while this member is away, or once it has been removed. */
export const etcdQuorum = defineNodeCheck({
  id: 'etcd-quorum',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes', 'pods'],
  severity: 'block',
  title: { en: 'etcd loses its quorum without this node', zh: '缺少本节点时 etcd 将失去仲裁' },
  what: {
    en: 'etcd writes only while more than half of its members are there. A move in place takes one away for a while; a reprovision removes the member and adds a new one. Members that are not ready count as away. A single member is away with its node whatever is done: the API server stands still until it is back.',
    zh: 'etcd 仅在超过半数成员在线时可写入。原地迁移会使一个成员暂时离线；重装则需移除该成员后再新增。未就绪的成员视为离线。单成员集群在节点离线期间必然停止，API server 会一直不可用直到其恢复。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Bring the other members back, or add members until three are healthy; take a snapshot of etcd before, and move one member at a time.',
        zh: '先恢复其他成员，或新增成员至三个健康成员；迁移前做 etcd 快照，并逐个成员迁移。',
      },
    },
    { kind: 'command', argv: ['etcdctl', 'endpoint', 'health', '--cluster'] },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 30 },
  sources: [
    'https://etcd.io/docs/v3.5/faq/#what-is-failure-tolerance',
    'https://etcd.io/docs/v3.5/op-guide/runtime-configuration/',
    'facts: nodes.md 2.11, the table of members',
  ],
  evaluate({ node }, { target }) {
    const { here, members, readyElsewhere } = node.cluster.etcd
    if (!here) {
      return notApplicable(
        'No member of etcd runs as a static pod on this node.',
        '本节点没有以静态 Pod 运行的 etcd 成员。',
      )
    }
    const removed = target === 'containeros'
    const after = removed ? members - 1 : members
    if (after > 0 && readyElsewhere >= Math.floor(after / 2) + 1) return pass
    return {
      status: 'fail',
      // One member comes back with its data, as it was: a pause, and no loss.
      severity: members === 1 && !removed ? 'high' : 'block',
      here: {
        en: `${members} members, ${readyElsewhere} of the others ready: ${removed ? 'removing this one' : 'without this one'} there is no majority.`,
        zh: `共 ${members} 个成员，其他成员中 ${readyElsewhere} 个就绪：${removed ? '移除' : '缺少'}本成员后无法形成多数。`,
      },
      evidence: clusterEvidence([`etcd members: ${members}, ready beside ${node.name}: ${readyElsewhere}`]),
    }
  },
})
