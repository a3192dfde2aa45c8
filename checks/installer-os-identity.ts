import { defineCheck, pass } from '../src/model/check.ts'

/** Installers that look at os-release refuse ID=anolis. */
export const installerOsIdentity = defineCheck({
  id: 'installer-os-identity',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['kubelet'],
  severity: 'info',
  title: { en: 'Cluster installers may not know Anolis OS', zh: '集群安装工具可能不识别 Anolis OS' },
  what: {
    en: 'kubespray and others decide by ID in os-release what to do, and stop at “anolis”. This concerns the next run of the installer on this node (scale, upgrade), not the move itself.',
    zh: 'kubespray 等工具根据 os-release 中的 ID 决定行为，遇到 “anolis” 会中止。受影响的是之后在该节点上运行安装工具（扩容、升级），而非迁移本身。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'kubespray: set allow_unsupported_distribution_setup, and add Anolis to redhat_os_family_extensions.',
        zh: 'kubespray：设置 allow_unsupported_distribution_setup，并将 Anolis 加入 redhat_os_family_extensions。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 0 },
  sources: ['https://github.com/kubernetes-sigs/kubespray/issues/10189'],
  evaluate({ kubelet }) {
    if (!kubelet.installed) return pass
    return {
      status: 'fail',
      here: {
        en: `kubelet ${kubelet.version ?? ''} was installed on CentOS; check the tool that maintains this cluster.`,
        zh: `kubelet ${kubelet.version ?? ''} 安装于 CentOS，请检查维护该集群的安装工具。`,
      },
      evidence: [{ fact: 'kubelet', excerpt: `kubelet ${kubelet.version ?? '-'}` }],
    }
  },
})
