import { defineCheck, pass } from '../src/model/check.ts'

/** sealer joins nodes by SSH, and ContainerOS has no SSH. */
export const sealerCluster = defineCheck({
  id: 'sealer-cluster',
  domain: 'kubernetes',
  targets: ['containeros'],
  needs: ['cloudNative'],
  severity: 'block',
  title: { en: 'The cluster is managed by sealer', zh: '集群由 sealer 管理' },
  what: {
    en: 'sealer joins, upgrades and removes nodes over SSH, and keeps a registry (sea.hub:5000), /etc/hosts entries, certificates and the static pod kube-lvscare on each node. It cannot join a ContainerOS node; everything it places must come from the Ignition configuration.',
    zh: 'sealer 通过 SSH 加入、升级和移除节点，并在每个节点维护镜像仓库（sea.hub:5000）、/etc/hosts 条目、证书以及 kube-lvscare 静态 Pod。它无法加入 ContainerOS 节点，其写入的内容都必须改由 Ignition 配置提供。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Convert these nodes in place, or join by kubeadm with files rendered into Ignition and waive this check.',
        zh: '对这些节点采用就地迁移；或将所需文件写入 Ignition、改用 kubeadm 加入，并对本检查登记豁免。',
      },
    },
  ],
  effort: { onceMinutes: 960, perHostMinutes: 10 },
  sources: ['https://github.com/sealerio/sealer'],
  evaluate({ cloudNative }) {
    const found = cloudNative.systems.find(({ id }) => id === 'sealer')
    if (found === undefined) return pass
    return {
      status: 'fail',
      here: { en: `sealer was found: ${found.evidence}.`, zh: `发现 sealer：${found.evidence}。` },
      evidence: [{ fact: 'cloudNative', excerpt: `sealer: ${found.evidence}` }],
    }
  },
})
