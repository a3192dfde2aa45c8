import { defineCheck, notApplicable, pass } from '../src/model/check.ts'

/** CRI-O is not part of ContainerOS. */
export const crioToContainerd = defineCheck({
  id: 'crio-to-containerd',
  domain: 'runtime',
  targets: ['containeros'],
  needs: ['containerRuntimes'],
  severity: 'high',
  title: { en: 'CRI-O becomes containerd', zh: '容器运行时由 CRI-O 变为 containerd' },
  what: {
    en: 'ContainerOS runs containerd only. CRI-O’s registries.conf, hooks, pinned images and runtime handlers must be written again for containerd.',
    zh: 'ContainerOS 仅支持 containerd。CRI-O 的 registries.conf、hooks、固定镜像和运行时 handler 都要按 containerd 的方式重新配置。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Translate registries.conf to certs.d, and try the pods on a containerd node first.',
        zh: '将 registries.conf 转换为 certs.d，并先在 containerd 节点上验证 Pod。',
      },
    },
  ],
  effort: { onceMinutes: 480, perHostMinutes: 10 },
  sources: ['https://help.aliyun.com/zh/ack/ack-managed-and-ack-dedicated/user-guide/containeros-overview'],
  evaluate({ containerRuntimes: { crio } }) {
    if (crio === null) return notApplicable('CRI-O is not installed.', '未安装 CRI-O。')
    if (!crio.active && !crio.enabled) return pass
    return {
      status: 'fail',
      here: { en: `CRI-O ${crio.version ?? ''} is in use.`, zh: `正在使用 CRI-O ${crio.version ?? ''}。` },
      evidence: [
        {
          fact: 'containerRuntimes',
          excerpt: `cri-o ${crio.version ?? '-'} active=${crio.active} enabled=${crio.enabled}`,
        },
      ],
    }
  },
})
