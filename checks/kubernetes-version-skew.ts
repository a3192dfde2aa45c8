import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'
import { kubernetesVersion } from '../src/model/kubernetes-version.ts'

/** kubeadm must be of the kubelet's minor version or one newer, or a join after the move fails. */
export const kubernetesVersionSkew = defineCheck({
  id: 'kubernetes-version-skew',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['kubelet', 'kubeadm'],
  // The version does not come from the files that may be denied.
  toleratesDegraded: ['kubelet'],
  severity: 'medium',
  title: { en: 'kubelet and kubeadm differ in version', zh: 'kubelet 与 kubeadm 版本不一致' },
  what: {
    en: 'kubeadm works with a kubelet of its own minor version or one older (three older since 1.28), never newer. A skew beyond that is the trace of a half-done upgrade; joining or renewing certificates then fails.',
    zh: 'kubeadm 支持与其同一小版本或低一个小版本的 kubelet（自 1.28 起可低三个），不支持更高版本。超出范围说明升级未完成，加入集群或续签证书会失败。',
  },
  remedies: [
    {
      kind: 'hint',
      text: { en: 'Finish the upgrade of this node first.', zh: '先完成该节点的升级。' },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 20 },
  sources: [
    'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/#kubeadm-s-skew-against-the-kubelet',
  ],
  evaluate({ kubelet, kubeadm }) {
    const node = kubernetesVersion(kubelet.version)
    const tool = kubernetesVersion(kubeadm.version)
    if (kubelet.installed && kubeadm.installed && (node === null || tool === null)) {
      return unknown(
        'The version of the kubelet or of kubeadm could not be read.',
        '无法读取 kubelet 或 kubeadm 的版本。',
      )
    }
    if (node === null || tool === null) {
      return notApplicable('kubelet and kubeadm are not both here.', '本机未同时安装 kubelet 与 kubeadm。')
    }
    const older = tool.minor - node.minor
    const allowed = tool.minor >= 28 ? 3 : 1
    if (tool.major === node.major && older >= 0 && older <= allowed) return pass
    return {
      status: 'fail',
      here: {
        en: `kubelet ${kubelet.version}, kubeadm ${kubeadm.version}.`,
        zh: `kubelet ${kubelet.version}，kubeadm ${kubeadm.version}。`,
      },
      evidence: [
        { fact: 'kubelet', excerpt: `kubelet ${kubelet.version}` },
        { fact: 'kubeadm', excerpt: `kubeadm ${kubeadm.version}` },
      ],
    }
  },
})
