import { defineCheck, notApplicable, pass } from '../src/model/check.ts'
import { isWritableOnImmutable } from '../src/model/containeros-paths.ts'

/** CSI drivers and agents know /var/lib/kubelet by heart; another root directory must be carried or given up. */
export const kubeletRootDir = defineCheck({
  id: 'kubelet-root-dir',
  domain: 'kubernetes',
  targets: ['containeros'],
  needs: ['kubelet'],
  severity: 'medium',
  worstSeverity: 'high',
  title: { en: 'The kubelet has another root directory', zh: 'kubelet 使用非默认根目录' },
  what: {
    en: 'The kubelet of the new node works in /var/lib/kubelet unless it is told otherwise; CSI drivers, log agents and volumes on this node expect the old place. Outside /var the directory would be read-only.',
    zh: '新节点的 kubelet 默认使用 /var/lib/kubelet，而本节点上的 CSI 驱动、日志 Agent 和卷使用的是旧路径。若该路径不在 /var 下，则会是只读。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Take the default and change the hostPaths of the drivers, or mount the data disk at the same place below /var.',
        zh: '改用默认路径并调整驱动的 hostPath，或将数据盘挂载到 /var 下的相同路径。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 2 },
  sources: ['https://kubernetes.io/docs/reference/node/kubelet-files/'],
  evaluate({ kubelet }) {
    if (!kubelet.installed) return notApplicable('No kubelet.', '未安装 kubelet。')
    if (kubelet.rootDir === '/var/lib/kubelet') return pass
    return {
      status: 'fail',
      severity: isWritableOnImmutable(kubelet.rootDir) ? 'medium' : 'high',
      here: { en: `--root-dir is ${kubelet.rootDir}.`, zh: `--root-dir 为 ${kubelet.rootDir}。` },
      evidence: [{ fact: 'kubelet', excerpt: `--root-dir=${kubelet.rootDir}` }],
    }
  },
})
