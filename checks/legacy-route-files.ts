import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Static routes and policy rules in files that only network-scripts and the ifcfg plugin read. */
export const legacyRouteFiles = defineCheck({
  id: 'legacy-route-files',
  domain: 'network',
  targets: ['containeros'],
  needs: ['networkConfig'],
  severity: 'medium',
  title: { en: 'Routes are kept in route- and rule- files', zh: '路由保存在 route-、rule- 文件中' },
  what: {
    en: 'Files such as route-eth0, rule-eth0 and static-routes are read by network-scripts and the ifcfg plugin only. Without a translation the routes are gone, often those to storage or management networks.',
    zh: 'route-eth0、rule-eth0、static-routes 等文件只有 network-scripts 和 ifcfg 插件会读取。不做转换，这些路由（往往通向存储网或管理网）就会丢失。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Write them as route and routing-rule entries of the keyfiles.',
        zh: '改写为 keyfile 中的 route、routing-rule 条目。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 5 },
  sources: ['nm-settings-ifcfg-rh(5)', 'nm-settings-keyfile(5)'],
  evaluate({ networkConfig }) {
    const files = networkConfig.routeFiles
    if (files.length === 0) return pass
    return {
      status: 'fail',
      here: { en: `Files with routes: ${nameSome(files)}.`, zh: `含路由的文件：${nameSome(files)}。` },
      evidence: [{ fact: 'networkConfig', excerpt: excerptOf(files) }],
    }
  },
})
