import { defineCheck, pass } from '../src/model/check.ts'
import { nameSome } from '../src/model/excerpt.ts'

const core = ['bash', 'systemd'] as const

/** A package database without the packages every host has is damaged; converting by it would ruin the system. */
export const packageDatabasePartial = defineCheck({
  id: 'package-database-partial',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['packages'],
  severity: 'block',
  title: { en: 'The package database is incomplete', zh: 'RPM 数据库不完整' },
  what: {
    en: 'When packages that every installation has are missing from the package database, the database is damaged. The conversion would install and remove packages by a wrong picture of the system.',
    zh: '如果 RPM 数据库中缺少任何系统都必有的软件包，说明数据库已损坏。转换将基于错误的信息安装和卸载软件包。',
  },
  remedies: [
    { kind: 'command', argv: ['rpmdb', '--verifydb'] },
    {
      kind: 'command',
      argv: ['cp', '--archive', '/var/lib/rpm', '/var/lib/rpm.osferry'],
      text: {
        en: 'Before a rebuild: it drops the headers that it cannot read, for good.',
        zh: '重建之前先备份：重建会永久丢弃无法读取的软件包记录。',
      },
    },
    { kind: 'command', argv: ['rpmdb', '--rebuilddb'] },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 60 },
  sources: ['rpmdb(8)', 'https://github.com/oracle/centos2ol'],
  evaluate({ packages }) {
    const missing = core.filter((wanted) => !packages.packages.some(({ name }) => name === wanted))
    if (missing.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `The database lists ${packages.packages.length} packages but not ${nameSome(missing)}.`,
        zh: `数据库中有 ${packages.packages.length} 个软件包，却没有 ${nameSome(missing)}。`,
      },
      evidence: [
        { fact: 'packages', excerpt: missing.map((name) => `${name}: not in the database`).join('\n') },
      ],
    }
  },
})
