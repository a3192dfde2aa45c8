import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

const dayMs = 86_400_000
const warnDays = 30

/** Certificates that end soon: a node that is down while they end does not come back. */
export const certificatesExpiry = defineCheck({
  id: 'certificates-expiry',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['kubelet', 'kubeadm'],
  severity: 'high',
  worstSeverity: 'block',
  title: { en: 'Kubernetes certificates end soon', zh: 'Kubernetes 证书即将到期' },
  what: {
    en: 'The kubelet renews its client certificate by itself while it can reach the API server; those of kubeadm’s control plane end a year after the last upgrade. An ended one keeps the node or the API server from coming back after the reboot.',
    zh: 'kubelet 在能访问 API Server 时会自动续签客户端证书；kubeadm 控制平面证书则在上次升级一年后到期。证书过期会使节点或 API Server 在重启后无法恢复。',
  },
  remedies: [
    {
      kind: 'command',
      argv: ['kubeadm', 'certs', 'check-expiration'],
      text: { en: 'On a control plane node.', zh: '在控制平面节点上执行。' },
    },
    {
      kind: 'command',
      argv: ['kubeadm', 'certs', 'renew', 'all'],
      text: {
        en: 'On control plane nodes only, one after another. The static pods (API server, controller manager, scheduler, etcd) must be restarted to read the new files.',
        zh: '仅在控制平面节点上逐台执行。之后须重启静态 Pod（API Server、controller-manager、scheduler、etcd）以加载新证书。',
      },
    },
    {
      kind: 'hint',
      text: {
        en: 'On workers the kubelet renews its own; when it no longer does, join the node again with a new token.',
        zh: '工作节点的证书由 kubelet 自行续签；若已无法续签，请用新令牌重新加入集群。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 5 },
  sources: ['https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/'],
  evaluate({ kubelet, kubeadm }, { now }) {
    if (!kubelet.installed && kubeadm.role === null)
      return notApplicable('No Kubernetes node.', '不是 Kubernetes 节点。')
    const known = [
      ...(kubelet.certificates ?? []).map((c) => ({ fact: 'kubelet' as const, ...c })),
      ...(kubeadm.certificates ?? []).map((c) => ({ fact: 'kubeadm' as const, ...c })),
    ].map((c) => ({ ...c, days: Math.floor((Date.parse(c.notAfter) - Date.parse(now)) / dayMs) }))
    const ending = known.filter(({ days }) => days < warnDays)
    if (ending.length > 0) {
      const ended = ending.some(({ days }) => days < 0)
      const list = nameSome(ending.map(({ path, days }) => `${path} (${days} d)`))
      return {
        status: 'fail',
        severity: ended ? 'block' : 'high',
        here: {
          en: `${ended ? 'Ended' : `Less than ${warnDays} days left`}: ${list}.`,
          zh: `${ended ? '已过期' : `剩余不足 ${warnDays} 天`}：${list}。`,
        },
        evidence: ending.slice(0, 6).map(({ fact, path, notAfter }) => ({
          fact,
          excerpt: excerptOf([`${path} notAfter=${notAfter}`]),
        })),
      }
    }
    if (kubelet.certificates === null || kubeadm.certificates === null) {
      return unknown(
        'Some certificates could not be read (root is needed).',
        '部分证书无法读取（需要 root 权限）。',
      )
    }
    return pass
  },
})
