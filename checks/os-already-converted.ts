import { defineCheck, pass } from '../src/model/check.ts'
import { isAnolisPackage, isCentosPackage } from '../src/model/release-owners.ts'

/** Says that there is nothing left to convert. */
export const osAlreadyConverted = defineCheck({
  id: 'os-already-converted',
  domain: 'identity',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['osRelease', 'releasePackages'],
  severity: 'info',
  title: { en: 'The host already runs Anolis OS', zh: '主机已运行 Anolis OS' },
  what: {
    en: 'A host that is Anolis OS in os-release and in its release packages needs no conversion; only its kernel line may still change.',
    zh: '如果 os-release 与 release 软件包都已是 Anolis OS，则无需迁移，最多只需更换内核。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Take the host out of the migration, or plan only the change of kernel.',
        zh: '将该主机移出迁移范围，或仅规划内核切换。',
      },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 1 },
  sources: ['https://github.com/AlmaLinux/almalinux-deploy/issues/10'],
  evaluate({ osRelease, releasePackages }) {
    const owners = releasePackages.packages.filter(({ role }) => role === 'release')
    if (osRelease.id !== 'anolis' || !owners.some(isAnolisPackage) || owners.some(isCentosPackage))
      return pass
    return {
      status: 'fail',
      here: {
        en: `This host is ${osRelease.prettyName ?? 'Anolis OS'} already.`,
        zh: `该主机已是 ${osRelease.prettyName ?? 'Anolis OS'}。`,
      },
      evidence: [
        { fact: 'osRelease', excerpt: `ID=${osRelease.id} VERSION_ID=${osRelease.versionId ?? ''}` },
      ],
    }
  },
})
