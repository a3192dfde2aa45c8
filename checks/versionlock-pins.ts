import { defineCheck, pass, type Remedy } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { entryNames, nodePackages } from '../src/model/kubernetes-packages.ts'

/** Version locks break the conversion's dependency solving, so converters clear them, and nobody puts them back. */
export const versionlockPins = defineCheck({
  id: 'versionlock-pins',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['versionlock'],
  severity: 'medium',
  worstSeverity: 'high',
  title: { en: 'Packages are held by versionlock', zh: '存在 versionlock 版本锁定' },
  what: {
    en: 'Conversion tools clear all version locks because locked packages make the transaction unsolvable. Locks on kubelet, kubeadm, kubectl or the container runtime must be kept within the transaction and be set again after it.',
    zh: '锁定的软件包会使转换事务无法求解，因此转换工具会清空所有版本锁。对 kubelet、kubeadm、kubectl 和容器运行时的锁定必须在事务中保留，并在完成后重新设置。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Record the list, exclude the node packages in the conversion’s transaction, and add the locks again after it.',
        zh: '记录锁定清单，转换事务中排除节点软件包，完成后重新加锁。',
      },
    },
  ],
  effort: { onceMinutes: 15, perHostMinutes: 3 },
  sources: [
    'https://github.com/oamg/convert2rhel (clear_versionlock)',
    'https://github.com/cpanel/elevate/issues/173',
  ],
  evaluate({ versionlock }) {
    if (versionlock.entries.length === 0) return pass
    const node = nodePackages.filter((name) => versionlock.entries.some((entry) => entryNames(entry, name)))
    const relock: Remedy[] = node.map((name) => ({
      kind: 'command',
      argv: ['dnf', 'versionlock', 'add', name],
      text: { en: 'After the conversion.', zh: '转换完成后执行。' },
    }))
    return {
      status: 'fail',
      severity: node.length > 0 ? 'high' : 'medium',
      here: {
        en:
          node.length > 0
            ? `Version locks hold packages of the Kubernetes node: ${nameSome(node)}.`
            : `${versionlock.entries.length} version locks are set.`,
        zh:
          node.length > 0
            ? `版本锁涉及 Kubernetes 节点软件包：${nameSome(node)}。`
            : `设置了 ${versionlock.entries.length} 条版本锁。`,
      },
      evidence: [{ fact: 'versionlock', excerpt: excerptOf(versionlock.entries) }],
      ...(relock.length > 0 ? { remedies: relock } : {}),
    }
  },
})
