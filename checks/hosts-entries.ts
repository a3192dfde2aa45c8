import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** /etc/hosts entries: registries and API servers are often reachable by them alone. */
export const hostsEntries = defineCheck({
  id: 'hosts-entries',
  domain: 'network',
  targets: ['containeros'],
  needs: ['dns'],
  uses: ['identity'],
  severity: 'medium',
  title: { en: '/etc/hosts entries must be carried over', zh: '/etc/hosts 条目需要随迁' },
  what: {
    en: 'Clusters made by sealer or kubespray reach the API server and the registry by names that only /etc/hosts knows. Without them the new system neither joins nor pulls images.',
    zh: '用 sealer、kubespray 搭建的集群常通过仅在 /etc/hosts 中定义的名称访问 API Server 和镜像仓库。缺少这些条目，新系统既无法加入集群，也无法拉取镜像。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Write the entries into the Ignition configuration, or into DNS.',
        zh: '写入 Ignition 配置，或改由 DNS 提供。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 1 },
  sources: ['https://github.com/sealerio/sealer', 'hosts(5)'],
  evaluate({ dns, identity }) {
    const own = new Set([identity?.hostname, identity?.staticHostname, identity?.fqdn])
    const entries = dns.hostsEntries.filter(({ names }) => names.some((name) => !own.has(name)))
    if (entries.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Names known here only: ${nameSome(entries.flatMap(({ names }) => names))}.`,
        zh: `仅在本机定义的名称：${nameSome(entries.flatMap(({ names }) => names))}。`,
      },
      evidence: [
        {
          fact: 'dns',
          excerpt: excerptOf(entries.map(({ address, names }) => `${address} ${names.join(' ')}`)),
        },
      ],
    }
  },
})
