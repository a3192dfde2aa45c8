import { defineCheck, notApplicable, pass } from '../src/model/check.ts'

/** Two iptables back ends side by side hide each other's rules. */
export const iptablesLegacyBackend = defineCheck({
  id: 'iptables-legacy-backend',
  domain: 'network',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['firewall'],
  severity: 'medium',
  title: { en: 'iptables works on the legacy back end', zh: 'iptables 使用 legacy 后端' },
  what: {
    en: 'Enterprise Linux 8 has iptables on nf_tables only; a legacy iptables was installed here by hand. After the move programs use nf_tables again, and rules written to both back ends contradict each other.',
    zh: 'EL8 系列的 iptables 只使用 nf_tables 后端，这里的 legacy 版本是手工安装的。迁移后程序会重新使用 nf_tables，两个后端各自写入的规则会互相矛盾。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Use the distribution’s iptables, and let kube-proxy and the network plugin detect the back end.',
        zh: '改用发行版自带的 iptables，并让 kube-proxy 与网络插件自动检测后端。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 10 },
  sources: ['https://github.com/kubernetes-sigs/iptables-wrappers', 'iptables-nft(8)'],
  evaluate({ firewall }) {
    if (firewall.iptablesBackend === null)
      return notApplicable('iptables is not installed.', '未安装 iptables。')
    if (firewall.iptablesBackend === 'nf_tables') return pass
    return {
      status: 'fail',
      here: {
        en: `iptables reports the legacy back end (${firewall.iptablesRules ?? 0} rules).`,
        zh: `iptables 使用 legacy 后端（${firewall.iptablesRules ?? 0} 条规则）。`,
      },
      evidence: [{ fact: 'firewall', excerpt: 'iptables --version: (legacy)' }],
    }
  },
})
