import { defineCheck, notApplicable, pass } from '../src/model/check.ts'

/** A node that kubeadm did not make: how it joins again must be known before it is wiped. */
export const kubeletWithoutKubeadm = defineCheck({
  id: 'kubelet-without-kubeadm',
  domain: 'kubernetes',
  targets: ['containeros'],
  needs: ['kubelet', 'kubeadm'],
  // Of the kubelet only matters whether it is installed.
  toleratesDegraded: ['kubelet'],
  severity: 'medium',
  title: { en: 'The node was not joined by kubeadm', zh: '节点不是由 kubeadm 加入的' },
  what: {
    en: 'A new system joins by a bootstrap token and the files that kubeadm knows. Nodes of other installers (RKE, k3s, binaries, own scripts) keep certificates and units in other places, which must be rendered by hand.',
    zh: '新系统通过引导令牌和 kubeadm 约定的文件加入集群。其他安装方式（RKE、k3s、二进制、自研脚本）的节点，证书和单元位于不同位置，需要单独渲染。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Write down how this node joins, and test it on one ContainerOS machine.',
        zh: '明确该节点的加入方式，并先在一台 ContainerOS 机器上验证。',
      },
    },
  ],
  effort: { onceMinutes: 480, perHostMinutes: 0 },
  sources: ['https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-join/'],
  evaluate({ kubelet, kubeadm }) {
    if (!kubelet.installed) return notApplicable('No kubelet.', '未安装 kubelet。')
    const foreign = kubeadm.files.find((file) => /^(?:kube-apiserver|k3s|rke2).*\.service$/.test(file))
    if (kubeadm.role !== null && foreign === undefined) return pass
    return {
      status: 'fail',
      here: {
        en:
          foreign === undefined
            ? `kubelet ${kubelet.version ?? ''} runs without /etc/kubernetes/kubelet.conf of kubeadm.`
            : `Kubernetes runs here as ${foreign}, not by kubeadm.`,
        zh:
          foreign === undefined
            ? `kubelet ${kubelet.version ?? ''} 没有使用 kubeadm 的 /etc/kubernetes/kubelet.conf。`
            : `本机的 Kubernetes 由 ${foreign} 运行，而不是 kubeadm。`,
      },
      evidence: [
        foreign === undefined
          ? {
              fact: 'kubelet',
              excerpt: kubelet.args.filter((arg) => /kubeconfig|config/.test(arg)).join('\n') || '-',
            }
          : { fact: 'kubeadm', excerpt: foreign },
      ],
    }
  },
})
