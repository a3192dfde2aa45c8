import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Exactly one package owns the release file, or the conversion swaps the wrong one. */
export const releasePackageOwner = defineCheck({
  id: 'release-package-owner',
  domain: 'identity',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['releasePackages'],
  severity: 'block',
  title: { en: 'Not exactly one package owns the release file', zh: 'release 文件的所属软件包不唯一' },
  what: {
    en: 'A conversion replaces the one package that provides system-release. With none the package database is damaged; with several an earlier conversion is not finished.',
    zh: '迁移会替换提供 system-release 的那一个软件包。没有则说明软件包数据库损坏；多于一个则说明之前的迁移没有完成。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'None: rebuild the package database and reinstall centos-linux-release. Several: remove the one that does not belong.',
        zh: '没有：重建软件包数据库并重装 centos-linux-release；多个：移除多余的软件包。',
      },
    },
    { kind: 'command', argv: ['rpm', '-q', '--whatprovides', '/etc/redhat-release'] },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 20 },
  sources: ['https://github.com/oracle/centos2ol (rpm -q --whatprovides /etc/redhat-release)'],
  evaluate({ releasePackages }) {
    const owners = releasePackages.packages.filter(({ role }) => role === 'release')
    if (owners.length === 1) return pass
    const names = nameSome(owners.map(({ name }) => name))
    return {
      status: 'fail',
      here:
        owners.length === 0
          ? { en: 'No package provides system-release.', zh: '没有软件包提供 system-release。' }
          : {
              en: `${owners.length} packages provide system-release: ${names}.`,
              zh: `有 ${owners.length} 个软件包提供 system-release：${names}。`,
            },
      evidence: [
        {
          fact: 'releasePackages',
          excerpt: excerptOf(owners.map((p) => `${p.name}-${p.version}-${p.release}`)),
        },
      ],
    }
  },
})
