import { defineCheck, pass } from '../src/model/check.ts'
import { isDistributionKey } from '../src/model/distribution-keys.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Modular packages of other vendors are built for platform:el8; Anolis OS 8 is platform:an8. */
export const modularThirdParty = defineCheck({
  id: 'modular-third-party',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['packages'],
  severity: 'medium',
  title: { en: 'Modular packages of other vendors', zh: '第三方模块化软件包' },
  what: {
    en: 'Modules built for platform:el8 do not match Anolis OS 8, whose platform is platform:an8: their streams may no longer be offered, so their packages get no updates.',
    zh: '为 platform:el8 构建的模块与 Anolis OS 8（platform:an8）不匹配，迁移后对应的模块流可能不再可用，相关软件包也就得不到更新。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Replace them by non-modular packages, or by the target’s own module stream.',
        zh: '换成非模块化的软件包，或换成目标系统自带的模块流。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 5 },
  sources: [
    'https://github.com/rpm-software-management/mock (mock-core-configs/etc/mock/templates/anolis-8.tpl: module_platform_id=platform:an8)',
  ],
  evaluate({ packages }) {
    const modular = packages.packages.filter(
      ({ module, keyId }) => module !== null && keyId !== null && !isDistributionKey(keyId),
    )
    if (modular.length === 0) return pass
    const streams = [...new Set(modular.map(({ module }) => module ?? ''))].toSorted()
    return {
      status: 'fail',
      here: {
        en: `Packages of other vendors come from the modules ${nameSome(streams)}.`,
        zh: `有第三方软件包来自模块 ${nameSome(streams)}。`,
      },
      evidence: [
        {
          fact: 'packages',
          excerpt: excerptOf(modular.map((p) => `${p.name}-${p.version}-${p.release} ${p.module}`)),
        },
      ],
    }
  },
})
