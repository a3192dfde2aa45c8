import { defineCheck, pass } from '../src/model/check.ts'
import { isWritableOnImmutable } from '../src/model/containeros-paths.ts'

/** A data root outside /var is read-only on the immutable system. */
export const runtimeDataRoot = defineCheck({
  id: 'runtime-data-root',
  domain: 'runtime',
  targets: ['containeros'],
  needs: ['containerRuntimes'],
  severity: 'high',
  title: { en: 'The runtime keeps its data outside /var', zh: '容器运行时数据目录不在 /var 下' },
  what: {
    en: 'Outside /etc and /var the system is read-only. A data disk that is mounted elsewhere today must be mounted below /var, and containerd’s root be set to it.',
    zh: '除 /etc 与 /var 外系统均为只读。目前挂载在其他位置的数据盘，需要改为挂载到 /var 之下，并相应设置 containerd 的 root。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Mount the data disk at /var/lib/containerd (or /var/lib/container) by Ignition.',
        zh: '由 Ignition 将数据盘挂载到 /var/lib/containerd（或 /var/lib/container）。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 5 },
  sources: ['https://help.aliyun.com/zh/ack/ack-managed-and-ack-dedicated/user-guide/containeros-overview'],
  evaluate({ containerRuntimes: { docker, containerd } }) {
    const roots = [
      ...(docker === null ? [] : [{ name: 'docker', root: docker.dataRoot }]),
      ...(containerd === null ? [] : [{ name: 'containerd', root: containerd.root }]),
    ].filter(({ root }) => !isWritableOnImmutable(root))
    if (roots.length === 0) return pass
    const list = roots.map(({ name, root }) => `${name}: ${root}`).join(', ')
    return {
      status: 'fail',
      here: { en: `Outside /var: ${list}.`, zh: `不在 /var 下：${list}。` },
      evidence: [{ fact: 'containerRuntimes', excerpt: list }],
    }
  },
})
