import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { isDistributionRepository, urlsOf } from '../src/model/repositories.ts'

/** Repositories of other vendors take part in the conversion's dependency solving unless they are switched off. */
export const thirdPartyRepositories = defineCheck({
  id: 'third-party-repositories',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['repositories'],
  severity: 'low',
  title: { en: 'Repositories of other vendors are enabled', zh: '启用了第三方软件源' },
  what: {
    en: 'Enabled third-party repositories can pull newer packages into the conversion or make it unsolvable. They are switched off for the conversion and on again after it.',
    zh: '启用的第三方软件源可能在转换过程中引入更新的软件包，或导致依赖无法求解。转换期间应先停用，完成后再启用。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Disable them for the conversion; check that each has packages for Anolis OS 8 before enabling it again.',
        zh: '转换期间停用；重新启用之前，确认各软件源提供适用于 Anolis OS 8 的软件包。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 1 },
  sources: ['https://github.com/oracle/centos2ol', 'https://github.com/rocky-linux/rocky-tools'],
  evaluate({ repositories }) {
    const foreign = repositories.repositories.filter(
      (repository) => repository.enabled && !isDistributionRepository(repository),
    )
    if (foreign.length === 0) return pass
    const names = nameSome(foreign.map(({ id }) => id))
    return {
      status: 'fail',
      here: {
        en: `Enabled repositories of other vendors: ${names}.`,
        zh: `已启用的第三方软件源：${names}。`,
      },
      evidence: [
        {
          fact: 'repositories',
          excerpt: excerptOf(foreign.map((r) => `[${r.id}] ${r.file} ${urlsOf(r).join(' ')}`)),
        },
      ],
      remedies: foreign.map(({ id }) => ({
        kind: 'command',
        argv: ['dnf', 'config-manager', '--set-disabled', id],
      })),
    }
  },
})
