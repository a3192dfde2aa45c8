import { defineCheck, notApplicable, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Flags that a newer kubelet refuses, with the first version without them. */
const removed = [
  { flag: '--network-plugin', since: '1.24' },
  { flag: '--cni-bin-dir', since: '1.24' },
  { flag: '--cni-conf-dir', since: '1.24' },
  { flag: '--cni-cache-dir', since: '1.24' },
  { flag: '--docker-endpoint', since: '1.24' },
  { flag: '--image-pull-progress-deadline', since: '1.24' },
  { flag: '--network-plugin-mtu', since: '1.24' },
  { flag: '--non-masquerade-cidr', since: '1.24' },
  { flag: '--dynamic-config-dir', since: '1.24' },
  { flag: '--container-runtime', since: '1.27' },
  { flag: '--master-service-namespace', since: '1.27' },
] as const

/** The kubelet of the image is newer: it exits at the first flag that it does not know. */
export const deprecatedKubeletFlags = defineCheck({
  id: 'deprecated-kubelet-flags',
  domain: 'kubernetes',
  targets: ['containeros'],
  needs: ['kubelet'],
  severity: 'high',
  title: { en: 'Kubelet flags that newer versions refuse', zh: '使用了新版 kubelet 已移除的参数' },
  what: {
    en: 'Flags of dockershim were removed in 1.24 and --container-runtime in 1.27. A kubelet that is started with an unknown flag exits at once, and the node never becomes ready.',
    zh: 'dockershim 相关参数在 1.24 移除，--container-runtime 在 1.27 移除。带有未知参数的 kubelet 会立即退出，节点无法就绪。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Remove them from /var/lib/kubelet/kubeadm-flags.env and from drop-ins; use KubeletConfiguration and containerd’s configuration instead.',
        zh: '从 /var/lib/kubelet/kubeadm-flags.env 和 drop-in 中删除，改用 KubeletConfiguration 与 containerd 配置。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 1 },
  sources: [
    'https://github.com/kubernetes/kubernetes/blob/master/CHANGELOG/CHANGELOG-1.24.md',
    'https://github.com/kubernetes/kubernetes/blob/master/CHANGELOG/CHANGELOG-1.27.md',
  ],
  evaluate({ kubelet }) {
    if (!kubelet.installed) return notApplicable('No kubelet.', '未安装 kubelet。')
    const found = kubelet.args.flatMap((arg) => {
      const row = removed.find(({ flag }) => arg === flag || arg.startsWith(`${flag}=`))
      return row === undefined ? [] : [{ arg, ...row }]
    })
    if (found.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Flags in use: ${nameSome(found.map(({ flag, since }) => `${flag} (removed in ${since})`))}.`,
        zh: `正在使用：${nameSome(found.map(({ flag, since }) => `${flag}（${since} 移除）`))}。`,
      },
      evidence: [{ fact: 'kubelet', excerpt: excerptOf(found.map(({ arg }) => arg)) }],
    }
  },
})
