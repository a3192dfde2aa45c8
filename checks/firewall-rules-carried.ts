import { defineCheck, pass } from '../src/model/check.ts'

/** Rules of the host's own firewall: the new system starts without them. */
export const firewallRulesCarried = defineCheck({
  id: 'firewall-rules-carried',
  domain: 'network',
  targets: ['containeros'],
  needs: ['firewall'],
  severity: 'medium',
  title: { en: 'Host firewall rules are not on the new system', zh: '新系统没有主机防火墙规则' },
  what: {
    en: 'ContainerOS has neither firewalld nor the iptables service. What they protect today is open after the move unless the network outside or the network plugin filters it.',
    zh: 'ContainerOS 没有 firewalld 和 iptables 服务。目前由它们防护的端口在迁移后将直接开放，除非由外部网络或网络插件过滤。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Move the rules to security groups, to the network plugin’s host policies, or to an nftables unit.',
        zh: '将规则迁到安全组、网络插件的主机策略，或独立的 nftables 单元。',
      },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 5 },
  sources: [
    'LifseaOS design article: about 200 packages',
    'https://docs.tigera.io/calico/latest/network-policy/hosts/',
  ],
  evaluate({ firewall }) {
    const services = [
      ...(firewall.firewalldActive || firewall.firewalldEnabled ? ['firewalld'] : []),
      ...(firewall.iptablesServiceEnabled ? ['iptables'] : []),
    ]
    if (services.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `${services.join(' and ')} protects this host.`,
        zh: `本主机由 ${services.join('、')} 防护。`,
      },
      evidence: [
        {
          fact: 'firewall',
          excerpt: `${services.join(' ')}; nftables tables: ${firewall.nftTables?.join(' ') ?? '-'}`,
        },
      ],
    }
  },
})
