import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** The same repository id in two files: which one counts is chance, and conversion tools refuse to run. */
export const repositoryDefinedTwice = defineCheck({
  id: 'repository-defined-twice',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['repositories'],
  severity: 'medium',
  title: { en: 'A repository is defined twice', zh: '同一软件源被重复定义' },
  what: {
    en: 'When two files define the same repository id, dnf takes one of them and warns; conversion tools stop with “repository defined multiple times”.',
    zh: '两个文件定义了相同的软件源 ID 时，dnf 只会采用其中一个并给出警告，转换工具则会以“软件源重复定义”为由中止。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Keep one of the definitions; move the other file out of /etc/yum.repos.d.',
        zh: '只保留一处定义，将另一个文件移出 /etc/yum.repos.d。',
      },
    },
  ],
  effort: { onceMinutes: 5, perHostMinutes: 3 },
  sources: ['https://github.com/oamg/leapp-repository (userspacegen: repository defined multiple times)'],
  evaluate({ repositories }) {
    const filesOf = new Map<string, string[]>()
    for (const { id, file } of repositories.repositories) filesOf.set(id, [...(filesOf.get(id) ?? []), file])
    const twice = [...filesOf].filter(([, files]) => files.length > 1)
    if (twice.length === 0) return pass
    const names = nameSome(twice.map(([id]) => id))
    return {
      status: 'fail',
      here: {
        en: `Defined more than once: ${names}.`,
        zh: `重复定义的软件源：${names}。`,
      },
      evidence: [
        {
          fact: 'repositories',
          excerpt: excerptOf(twice.map(([id, files]) => `[${id}] ${files.join(' ')}`)),
        },
      ],
    }
  },
})
