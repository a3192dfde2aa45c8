import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf } from '../src/model/excerpt.ts'

/** Settings of dnf under which conversion tools do not find their own plugins. */
export const dnfPlugins = defineCheck({
  id: 'dnf-plugins',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['dnfConfig'],
  severity: 'medium',
  title: { en: 'dnf plugins are off or loaded from elsewhere', zh: 'dnf 插件被关闭或使用了自定义路径' },
  what: {
    en: 'The conversion needs the plugins config-manager and versionlock. With plugins=0 or a pluginpath of its own, dnf does not load them.',
    zh: '转换需要 config-manager 与 versionlock 插件。设置 plugins=0 或自定义 pluginpath 后，dnf 无法加载它们。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Remove plugins=0 and pluginpath= from /etc/dnf/dnf.conf.',
        zh: '删除 /etc/dnf/dnf.conf 中的 plugins=0 与 pluginpath=。',
      },
    },
  ],
  effort: { onceMinutes: 5, perHostMinutes: 2 },
  sources: [
    'https://dnf.readthedocs.io/en/latest/conf_ref.html (plugins, pluginpath)',
    'https://github.com/oamg/leapp-repository (checkyumpluginsenabled, checkdnfpluginpath)',
  ],
  evaluate({ dnfConfig }) {
    const lines = [
      ...(dnfConfig.plugins === false ? ['plugins=0'] : []),
      ...(dnfConfig.pluginpath === null ? [] : [`pluginpath=${dnfConfig.pluginpath}`]),
    ]
    if (lines.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `dnf.conf holds ${lines.join(' and ')}.`,
        zh: `dnf.conf 中设置了 ${lines.join('、')}。`,
      },
      evidence: [{ fact: 'dnfConfig', excerpt: excerptOf(lines) }],
    }
  },
})
