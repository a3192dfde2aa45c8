import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Unsigned packages: nobody can tell whose they are, and no repository offers them again. */
export const packageSignatures = defineCheck({
  id: 'package-signatures',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['packages'],
  severity: 'low',
  title: { en: 'Unsigned packages are installed', zh: '安装了未签名的软件包' },
  what: {
    en: 'A package without a signature was built or installed by hand. A conversion can neither replace it nor fetch it again for a rollback.',
    zh: '未签名的软件包通常是自行构建或手工安装的，就地迁移既无法替换它，回滚时也无法重新下载。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Keep a copy of each of these RPM files before the move.',
        zh: '迁移之前为这些软件包逐一备份 RPM 文件。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 2 },
  sources: ['https://github.com/oamg/leapp-repository (distributionsignedrpmcheck)'],
  evaluate({ packages }) {
    const unsigned = packages.packages.filter(({ name, keyId }) => keyId === null && name !== 'gpg-pubkey')
    if (unsigned.length === 0) return pass
    const names = nameSome(unsigned.map(({ name }) => name))
    return {
      status: 'fail',
      here: {
        en: `${unsigned.length} packages carry no signature: ${names}.`,
        zh: `有 ${unsigned.length} 个软件包没有签名：${names}。`,
      },
      evidence: [
        {
          fact: 'packages',
          excerpt: excerptOf(unsigned.map((p) => `${p.name}-${p.version}-${p.release}.${p.arch}`)),
        },
      ],
    }
  },
})
