import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf } from '../src/model/excerpt.ts'
import type { Text } from '../src/model/text.ts'

/** Control plane nodes are moved one by one, last, and never together with workers. */
export const controlPlaneRole = defineCheck({
  id: 'control-plane-role',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['kubeadm'],
  severity: 'medium',
  worstSeverity: { containeros: 'high' },
  title: { en: 'This host is a control plane node', zh: '本主机是控制平面节点' },
  what: {
    en: 'While it is down one API server is missing. All certificates must be valid, the other control plane nodes healthy, and clients must reach them through a load balancer. ContainerOS node pools are for workers: a reprovisioned control plane has to be joined anew.',
    zh: '迁移期间会缺少一个 API Server。需保证所有证书有效、其余控制平面节点健康，且客户端通过负载均衡访问。ContainerOS 节点池面向工作节点，控制平面重装后需要重新加入集群。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Plan it in a wave of its own, after all workers of one type have proven the target.',
        zh: '单独安排批次，放在同类工作节点验证目标系统之后。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 30 },
  sources: [
    'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/high-availability/',
    'https://github.com/kubernetes-sigs/cluster-api/issues/11591',
  ],
  evaluate({ kubeadm }, { target }) {
    if (kubeadm.role !== 'control-plane') return pass
    const units = kubeadm.files.filter((file) => file.endsWith('.service'))
    const also = units.length === 0 ? { en: '', zh: '' } : unitText(units)
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'high' : 'medium',
      here: {
        en: `Static pods: ${kubeadm.staticPods.join(', ') || 'none listed'}.${also.en}`,
        zh: `静态 Pod：${kubeadm.staticPods.join('、') || '未列出'}。${also.zh}`,
      },
      evidence: [{ fact: 'kubeadm', excerpt: excerptOf([...kubeadm.staticPods, ...kubeadm.files]) }],
    }
  },
})

function unitText(units: readonly string[]): Text {
  return { en: ` Units: ${units.join(', ')}.`, zh: `单元：${units.join('、')}。` }
}
