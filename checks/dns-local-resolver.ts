import { defineCheck, pass } from '../src/model/check.ts'

/** Name resolution through a resolver on the host itself, which the new system does not have. */
export const dnsLocalResolver = defineCheck({
  id: 'dns-local-resolver',
  domain: 'network',
  targets: ['containeros'],
  needs: ['dns'],
  severity: 'high',
  title: { en: 'DNS goes through a resolver on the host', zh: 'DNS 依赖本机解析器' },
  what: {
    en: 'ContainerOS has no systemd-resolved, and no dnsmasq or unbound. A resolv.conf that points to 127.0.0.53 or another local address leaves the host without names, so it cannot even pull images.',
    zh: 'ContainerOS 不含 systemd-resolved，也没有 dnsmasq、unbound。resolv.conf 指向 127.0.0.53 等本机地址时，主机将无法解析域名，甚至无法拉取镜像。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Write the real servers into the network configuration, or run the local cache as a pod (NodeLocal DNSCache).',
        zh: '在网络配置中写入真实的 DNS 服务器，或以 Pod 形式运行本地缓存（NodeLocal DNSCache）。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 2 },
  sources: [
    'LifseaOS design article: systemd-resolved removed',
    'https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/',
  ],
  evaluate({ dns }) {
    const stub = dns.resolvConfTarget?.includes('systemd/resolve') === true
    const local = dns.servers.filter((server) => server.startsWith('127.') || server === '::1')
    if (!stub && local.length === 0) return pass
    const seen = [
      ...(stub ? [`/etc/resolv.conf -> ${dns.resolvConfTarget}`] : []),
      ...local.map((s) => `nameserver ${s}`),
    ]
    return {
      status: 'fail',
      here: {
        en: `Names are resolved by this host itself: ${seen.join(', ')}.`,
        zh: `域名由本机解析：${seen.join('、')}。`,
      },
      evidence: [{ fact: 'dns', excerpt: seen.join('\n') }],
    }
  },
})
