import { defineCheck, pass } from '../src/model/check.ts'

/** CRI Resource Manager is a host package between kubelet and runtime. */
export const criResourceManager = defineCheck({
  id: 'cri-resource-manager',
  domain: 'kubernetes',
  targets: ['containeros'],
  needs: ['cloudNative', 'kubelet'],
  severity: 'high',
  worstSeverity: 'block',
  title: {
    en: 'CRI Resource Manager is a host package',
    zh: 'CRI Resource Manager 以软件包形式安装在主机上',
  },
  what: {
    en: 'The kubelet talks to cri-resmgr, which is installed as a package. ContainerOS takes no packages: without it the endpoint is missing and the kubelet does not start. Its project recommends NRI plugins, which run as a DaemonSet.',
    zh: 'kubelet 连接的是以软件包方式安装的 cri-resmgr。ContainerOS 无法安装软件包，缺少它则端点不存在，kubelet 无法启动。该项目建议改用以 DaemonSet 运行的 NRI 插件。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Replace it by the NRI resource policy plugins (containerd 1.7 or newer) before the move, and point the kubelet to containerd.',
        zh: '迁移前改用 NRI 资源策略插件（containerd 1.7 及以上），并让 kubelet 直接连接 containerd。',
      },
    },
  ],
  effort: { onceMinutes: 480, perHostMinutes: 5 },
  sources: ['https://github.com/intel/cri-resource-manager', 'https://github.com/containers/nri-plugins'],
  evaluate({ cloudNative, kubelet }) {
    const found = cloudNative.systems.find(({ id }) => id === 'cri-resource-manager')
    const inPath = kubelet.runtimeEndpoint?.includes('cri-resmgr') === true
    if (found === undefined && !inPath) return pass
    return {
      status: 'fail',
      severity: inPath ? 'block' : 'high',
      here: {
        en: inPath
          ? `The kubelet’s endpoint is ${kubelet.runtimeEndpoint}.`
          : `Found: ${found?.evidence ?? 'cri-resmgr'}.`,
        zh: inPath
          ? `kubelet 的运行时端点为 ${kubelet.runtimeEndpoint}。`
          : `发现：${found?.evidence ?? 'cri-resmgr'}。`,
      },
      evidence: [
        ...(found === undefined ? [] : [{ fact: 'cloudNative' as const, excerpt: found.evidence }]),
        ...(inPath ? [{ fact: 'kubelet' as const, excerpt: kubelet.runtimeEndpoint ?? '' }] : []),
      ],
    }
  },
})
