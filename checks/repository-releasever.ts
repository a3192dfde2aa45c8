import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { isDistributionRepository, urlsOf } from '../src/model/repositories.ts'

/** `$releasever` becomes 8.8 or 8.10 on Anolis OS, and docker-ce, Kubernetes and EPEL have no such directory. */
export const repositoryReleasever = defineCheck({
  id: 'repository-releasever',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['repositories'],
  severity: 'high',
  title: { en: 'Repository URLs contain $releasever', zh: '软件源地址中使用了 $releasever' },
  what: {
    en: 'On Anolis OS 8 the release version is 8.8 or 8.10, not 8. Third-party repositories such as docker-ce, Kubernetes or EPEL only have a directory named 8, so their packages are “not found” after the move.',
    zh: 'Anolis OS 8 的发行版本号是 8.8 或 8.10，而不是 8。docker-ce、Kubernetes、EPEL 等第三方软件源只有名为 8 的目录，迁移后会出现“找不到软件包”。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Write 8 instead of $releasever into the third-party repository files.',
        zh: '在第三方软件源文件中将 $releasever 改写为 8。',
      },
    },
  ],
  effort: { onceMinutes: 10, perHostMinutes: 1 },
  sources: [
    'https://dnf.readthedocs.io/en/latest/conf_ref.html (repo variables)',
    'Anolis OS 8.8/8.10 os-release: VERSION_ID="8.8", "8.10"',
  ],
  evaluate({ repositories }) {
    if (repositories.vars['releasever'] !== undefined) return pass
    const affected = repositories.repositories.filter(
      (repository) =>
        repository.enabled &&
        !isDistributionRepository(repository) &&
        urlsOf(repository).some((url) => /\$\{?releasever\b/.test(url)),
    )
    if (affected.length === 0) return pass
    const files = [...new Set(affected.map(({ file }) => file))].toSorted()
    const names = nameSome(affected.map(({ id }) => id))
    return {
      status: 'fail',
      here: {
        en: `Third-party repositories with $releasever in their address: ${names}.`,
        zh: `地址中含 $releasever 的第三方软件源：${names}。`,
      },
      evidence: [
        {
          fact: 'repositories',
          excerpt: excerptOf(affected.map((r) => `[${r.id}] ${r.file} ${urlsOf(r).join(' ')}`)),
        },
      ],
      remedies: files.map((file) => ({
        kind: 'command',
        argv: ['sed', '--in-place=.osferry', '-E', 's/[$][{]?releasever[}]?/8/g', file],
      })),
    }
  },
})
