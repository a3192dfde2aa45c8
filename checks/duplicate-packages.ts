import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Packages of which several versions may be installed side by side. */
const installOnly = /^(kernel|kernel-.*|kmod-.*|gpg-pubkey)$/

/** Two versions of one package are the trace of a broken transaction; the next one fails on it. */
export const duplicatePackages = defineCheck({
  id: 'duplicate-packages',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['packages'],
  severity: 'high',
  title: { en: 'Packages are installed twice', zh: '存在重复安装的软件包' },
  what: {
    en: 'Two versions of the same package are left over from an interrupted update. The conversion’s transaction fails on them half-way.',
    zh: '同一软件包存在两个版本，是更新中断留下的痕迹，转换事务会因此中途失败。',
  },
  remedies: [
    { kind: 'command', argv: ['dnf', 'remove', '--duplicates'] },
    { kind: 'command', argv: ['dnf', 'check'] },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 15 },
  sources: ['https://github.com/oamg/convert2rhel (DUPLICATE_PACKAGES)', 'dnf(8)'],
  evaluate({ packages }) {
    const seen = new Set<string>()
    const repeated = new Set<string>()
    for (const { name } of packages.packages) {
      if (seen.has(name) && !installOnly.test(name)) repeated.add(name)
      seen.add(name)
    }
    const versions = new Map<string, string[]>()
    for (const p of repeated.size === 0 ? [] : packages.packages) {
      if (!repeated.has(p.name)) continue
      const key = `${p.name}.${p.arch}`
      versions.set(key, [...(versions.get(key) ?? []), `${p.epoch}:${p.version}-${p.release}`])
    }
    const twice = [...versions].filter(([, found]) => found.length > 1)
    if (twice.length === 0) return pass
    const names = nameSome(twice.map(([name]) => name))
    return {
      status: 'fail',
      here: {
        en: `Installed in more than one version: ${names}.`,
        zh: `同时安装了多个版本：${names}。`,
      },
      evidence: [
        { fact: 'packages', excerpt: excerptOf(twice.map(([name, found]) => `${name} ${found.join(' ')}`)) },
      ],
    }
  },
})
