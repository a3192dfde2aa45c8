import { defineNodeCheck, pass, unknown } from '../src/model/check.ts'
import { kubernetesVersion } from '../src/model/kubernetes-version.ts'
import { clusterEvidence } from '../src/model/node-evidence.ts'

/** A kubelet may be some minor versions older than the API server, never newer. */
export const kubeletServerSkew = defineNodeCheck({
  id: 'kubelet-server-skew',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes'],
  severity: 'high',
  title: { en: 'kubelet and API server are too far apart', zh: 'kubelet 与 API server 版本相差过大' },
  what: {
    en: 'A kubelet may be two minor versions older than the API server, three where the kubelet is 1.25 or newer, and never newer. Beyond that nobody tests the two together: pods may not start or not be reported after the node comes back.',
    zh: 'kubelet 最多可比 API server 低两个小版本（kubelet 为 1.25 及以上时为三个），且不得更高。超出范围的组合未经测试：节点恢复后 Pod 可能无法启动或上报状态。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Finish the upgrade of the cluster first; for a reprovision choose an image with a kubelet of the API server’s minor version.',
        zh: '先完成集群升级；重装时选择 kubelet 小版本与 API server 一致的镜像。',
      },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 20 },
  sources: ['https://kubernetes.io/releases/version-skew-policy/#kubelet'],
  evaluate({ node }) {
    const evidence = clusterEvidence([
      `node ${node.name}: kubelet ${node.kubeletVersion}, API server ${node.cluster.version}`,
    ])
    const kubelet = kubernetesVersion(node.kubeletVersion)
    const server = kubernetesVersion(node.cluster.version)
    if (kubelet === null || server === null) {
      return unknown(
        'The version of the kubelet or of the API server is not one of Kubernetes.',
        'kubelet 或 API server 的版本无法识别。',
        evidence,
      )
    }
    const older = server.minor - kubelet.minor
    const allowed = kubelet.minor >= 25 ? 3 : 2
    if (server.major === kubelet.major && older >= 0 && older <= allowed) return pass
    return {
      status: 'fail',
      here: {
        en: `kubelet ${node.kubeletVersion}, API server ${node.cluster.version}.`,
        zh: `kubelet ${node.kubeletVersion}，API server ${node.cluster.version}。`,
      },
      evidence,
    }
  },
})
