import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** 32-bit packages must be exactly as new as their 64-bit twins; where the target lacks one, the transaction stops. */
export const i686Packages = defineCheck({
  id: 'i686-packages',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['packages'],
  severity: 'low',
  title: { en: '32-bit packages are installed', zh: '安装了 32 位软件包' },
  what: {
    en: 'A 32-bit library and its 64-bit twin must have the same version. Where the target’s repositories do not hold the 32-bit one, the conversion has to remove it or does not resolve.',
    zh: '32 位库必须与对应的 64 位库版本一致。目标软件源若没有 32 位版本，转换只能将其移除，否则依赖无法求解。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Remove the 32-bit packages that no application needs.',
        zh: '卸载没有应用依赖的 32 位软件包。',
      },
    },
  ],
  effort: { onceMinutes: 15, perHostMinutes: 5 },
  sources: ['https://dnf.readthedocs.io/en/latest/conf_ref.html (multilib_policy)'],
  evaluate({ packages }) {
    const found = packages.packages.filter(({ arch }) => arch === 'i686')
    if (found.length === 0) return pass
    const names = found.map(({ name, version, release }) => `${name}-${version}-${release}.i686`)
    return {
      status: 'fail',
      here: {
        en: `${found.length} 32-bit packages: ${nameSome(found.map(({ name }) => name))}.`,
        zh: `有 ${found.length} 个 32 位软件包：${nameSome(found.map(({ name }) => name))}。`,
      },
      evidence: [{ fact: 'packages', excerpt: excerptOf(names) }],
      remedies: [
        {
          kind: 'command',
          argv: ['dnf', 'remove', ...found.slice(0, 50).map(({ name }) => `${name}.i686`)],
          text: {
            en: 'Check what else dnf wants to remove first.',
            zh: '执行前先确认 dnf 还会连带卸载什么。',
          },
        },
      ],
    }
  },
})
