import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'
import { kubernetesVersion } from '../src/model/kubernetes-version.ts'

/** Oldest kubelet minor for which a move is known to work, by target. */
const oldest = { inPlace: 20, containeros: 24 } as const

/** The kubelet must be new enough for the move and for the image. */
export const kubeletVersionSupported = defineCheck({
  id: 'kubelet-version-supported',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['kubelet'],
  // The version does not come from the files that may be denied.
  toleratesDegraded: ['kubelet'],
  severity: 'high',
  worstSeverity: { containeros: 'block' },
  title: { en: 'Kubernetes is too old for this move', zh: 'Kubernetes 版本过旧' },
  what: {
    en: 'ContainerOS node pools need Kubernetes 1.24 or newer, because the image has containerd only. Below 1.20 nothing of this move was tested, and drain and eviction behave differently.',
    zh: 'ContainerOS 节点池要求 Kubernetes 1.24 及以上，因为镜像仅带 containerd。低于 1.20 的版本未经过测试，drain 与 eviction 的行为也不同。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Upgrade the cluster first, one minor version at a time.',
        zh: '先升级集群，每次升级一个小版本。',
      },
    },
  ],
  effort: { onceMinutes: 960, perHostMinutes: 20 },
  sources: [
    'https://help.aliyun.com/zh/ack/ack-managed-and-ack-dedicated/user-guide/containeros-overview (cluster 1.24 or newer)',
    'https://kubernetes.io/releases/version-skew-policy/',
  ],
  evaluate({ kubelet }, { target }) {
    if (!kubelet.installed) return notApplicable('No kubelet.', '未安装 kubelet。')
    const version = kubernetesVersion(kubelet.version)
    if (version === null)
      return unknown('The kubelet’s version could not be read.', '无法读取 kubelet 版本。')
    const needed = target === 'containeros' ? oldest.containeros : oldest.inPlace
    if (version.major > 1 || version.minor >= needed) return pass
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'block' : 'high',
      here: {
        en: `kubelet ${kubelet.version} is older than 1.${needed}.`,
        zh: `kubelet ${kubelet.version} 低于 1.${needed}。`,
      },
      evidence: [{ fact: 'kubelet', excerpt: `Kubernetes ${kubelet.version}` }],
    }
  },
})
