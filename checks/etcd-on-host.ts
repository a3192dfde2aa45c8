import { defineCheck, pass, unknown } from '../src/model/check.ts'

/** An etcd member: its quorum decides when this host may go down, and its data is not replaceable by a reinstall. */
export const etcdOnHost = defineCheck({
  id: 'etcd-on-host',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['etcd'],
  severity: 'high',
  worstSeverity: { containeros: 'block' },
  title: { en: 'An etcd member lives on this host', zh: '本主机运行 etcd 成员' },
  what: {
    en: 'Members of etcd are moved one at a time, when all others are healthy, and after a snapshot. A reprovision wipes the data: the member must be removed from the cluster and join again as a learner. One- and two-member clusters lose quorum.',
    zh: 'etcd 成员只能在其余成员均健康、且已做快照的前提下逐个迁移。重装会清空数据，必须先从集群移除该成员，再以 learner 身份重新加入。单成员和双成员集群会失去仲裁。',
  },
  remedies: [
    { kind: 'command', argv: ['etcdctl', 'endpoint', 'health', '--cluster'] },
    { kind: 'command', argv: ['etcdctl', 'snapshot', 'save', '/var/backups/etcd.snapshot'] },
    {
      kind: 'hint',
      text: {
        en: 'Move these hosts last, one by one, leader last.',
        zh: '将这些主机放到最后，逐台迁移，leader 排在最后。',
      },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 30 },
  sources: [
    'https://etcd.io/docs/v3.5/op-guide/runtime-configuration/',
    'https://github.com/kubernetes/kubeadm/issues/2095',
  ],
  evaluate({ etcd }, { target }) {
    if (!etcd.present && etcd.managedBy !== null) {
      return unknown(
        `An etcd is set up here (${etcd.managedBy}), but its data was not found: it may lie in another directory.`,
        `本机配置了 etcd（${etcd.managedBy}），但未找到其数据，可能位于其他目录。`,
        [{ fact: 'etcd', excerpt: `${etcd.managedBy}; data directory: ${etcd.dataDir ?? '-'}` }],
      )
    }
    if (!etcd.present) return pass
    const where = etcd.dataDir ?? '/var/lib/etcd'
    const what = where.endsWith('/state.db')
      ? { en: 'The cluster’s state (SQLite)', zh: '集群状态（SQLite）' }
      : { en: 'etcd data', zh: 'etcd 数据' }
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'block' : 'high',
      here: {
        en: `${what.en} in ${where} (${etcd.managedBy ?? 'manager unknown'}${etcd.sizeKiB === null ? '' : `, ${Math.ceil(etcd.sizeKiB / 1024)} MiB`}).`,
        zh: `${what.zh}位于 ${where}（${etcd.managedBy ?? '管理方式未知'}${etcd.sizeKiB === null ? '' : `，${Math.ceil(etcd.sizeKiB / 1024)} MiB`}）。`,
      },
      evidence: [{ fact: 'etcd', excerpt: `${where} ${etcd.managedBy ?? '-'} ${etcd.sizeKiB ?? '-'} KiB` }],
    }
  },
})
