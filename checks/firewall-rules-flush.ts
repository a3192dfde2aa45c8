import { defineCheck, notApplicable, pass } from '../src/model/check.ts'

/** A restart of the firewall service within the conversion flushes the rules of kube-proxy and the network plugin. */
export const firewallRulesFlush = defineCheck({
  id: 'firewall-rules-flush',
  domain: 'network',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['firewall', 'kubelet'],
  // Of the kubelet only matters whether it is installed.
  toleratesDegraded: ['kubelet'],
  severity: 'medium',
  title: {
    en: 'The conversion restarts the firewall under running pods',
    zh: '转换会在 Pod 运行时重启防火墙',
  },
  what: {
    en: 'Packages of firewalld and iptables-services restart their service when they are replaced, and flush the rules of kube-proxy and the network plugin. Pods on the node lose their network until those write them again.',
    zh: '替换 firewalld、iptables-services 软件包时会重启服务并清空规则，包括 kube-proxy 和网络插件的规则。在规则重新下发之前，节点上的 Pod 会断网。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Convert the node only after it was drained, and reboot before it is uncordoned.',
        zh: '先排空节点再转换，重启后再恢复调度。',
      },
    },
  ],
  effort: { onceMinutes: 10, perHostMinutes: 0 },
  sources: ['https://kubernetes.io/docs/reference/networking/virtual-ips/', 'firewalld(1)'],
  evaluate({ firewall, kubelet }) {
    if (!kubelet.installed) return notApplicable('No kubelet.', '未安装 kubelet。')
    const services = [
      ...(firewall.firewalldActive ? ['firewalld'] : []),
      ...(firewall.iptablesServiceEnabled ? ['iptables'] : []),
    ]
    if (services.length === 0) return pass
    const names = services.join(', ')
    return {
      status: 'fail',
      here: { en: `${names} manages rules on this node.`, zh: `本节点由 ${names} 管理防火墙规则。` },
      evidence: [{ fact: 'firewall', excerpt: `${names}; iptables rules: ${firewall.iptablesRules ?? '-'}` }],
    }
  },
})
