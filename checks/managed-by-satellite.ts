import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

const managers = [
  { product: 'Red Hat Satellite / Katello', pattern: /^katello-(ca-consumer|host-tools|agent)/ },
  {
    product: 'Spacewalk / Uyuni',
    pattern: /^(rhn-client-tools|spacewalk-client|mgr-daemon|venv-salt-minion)/,
  },
] as const

/** Repositories that a management server writes: it undoes what the conversion sets. */
export const managedBySatellite = defineCheck({
  id: 'managed-by-satellite',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['packages'],
  severity: 'high',
  title: { en: 'A management server owns the repositories', zh: '软件源由管理平台统一下发' },
  what: {
    en: 'Satellite, Katello, Spacewalk and Uyuni write the repository files of their hosts. They bring the CentOS repositories back during the conversion.',
    zh: 'Satellite、Katello、Spacewalk、Uyuni 会改写受管主机的软件源文件，并在转换过程中把 CentOS 软件源写回来。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Detach the host from the management server, or publish the Anolis OS repositories there first.',
        zh: '将主机从管理平台解绑，或先在平台上发布 Anolis OS 软件源。',
      },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 5 },
  sources: ['https://github.com/rocky-linux/rocky-tools (migrate2rocky pre_check)'],
  evaluate({ packages }) {
    const found = packages.packages.flatMap(({ name, version }) => {
      if (!/^(katello|rhn|spacewalk|mgr|venv)-/.test(name)) return []
      const manager = managers.find(({ pattern }) => pattern.test(name))
      return manager === undefined ? [] : [{ product: manager.product, line: `${name}-${version}` }]
    })
    if (found.length === 0) return pass
    const products = nameSome([...new Set(found.map(({ product }) => product))])
    return {
      status: 'fail',
      here: { en: `Managed by ${products}.`, zh: `由 ${products} 管理。` },
      evidence: [{ fact: 'packages', excerpt: excerptOf(found.map(({ line }) => line)) }],
    }
  },
})
