import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { isAnolisPackage, isCentosPackage } from '../src/model/release-owners.ts'

/** A conversion that stopped half-way: os-release and the release packages name different systems. */
export const osHalfConverted = defineCheck({
  id: 'os-half-converted',
  domain: 'identity',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['osRelease', 'releasePackages'],
  severity: 'block',
  worstSeverity: { containeros: 'medium' },
  title: { en: 'An earlier conversion stopped half-way', zh: '之前的迁移中途停止' },
  what: {
    en: 'When a conversion fails after the release packages were swapped, the host names one system and holds packages of another. Conversion tools refuse such a host or make it worse: it must be brought to one side first.',
    zh: '如果迁移在替换 release 软件包之后失败，主机会同时带有两个系统的标识与软件包。迁移工具会拒绝处理，或使情况恶化，因此必须先统一到其中一个系统。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Finish the earlier conversion (dnf distro-sync from the Anolis repositories) or go back to CentOS from a snapshot, then assess again.',
        zh: '完成之前的迁移（用 Anolis 仓库执行 dnf distro-sync），或从快照恢复到 CentOS，然后重新评估。',
      },
    },
    { kind: 'command', argv: ['rpm', '-q', '--whatprovides', 'system-release'] },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 60 },
  sources: [
    'https://github.com/AlmaLinux/almalinux-deploy/issues/10',
    'https://github.com/rocky-linux/rocky-tools/issues/57',
  ],
  evaluate({ osRelease, releasePackages }, { target }) {
    const { packages } = releasePackages
    const anolis = packages.filter(isAnolisPackage)
    const centos = packages.filter(isCentosPackage)
    const foreign = osRelease.id === 'anolis' ? centos : osRelease.id === 'centos' ? anolis : []
    const mixed = anolis.length > 0 && centos.length > 0
    if (foreign.length === 0 && !mixed) return pass
    const names = nameSome(packages.map(({ name }) => name))
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'medium' : 'block',
      here: {
        en: `os-release says ${osRelease.id}, but these release packages are installed: ${names}.`,
        zh: `os-release 标识为 ${osRelease.id}，但已安装的 release 软件包为：${names}。`,
      },
      evidence: [
        {
          fact: 'releasePackages',
          excerpt: excerptOf(packages.map((p) => `${p.name}-${p.version}-${p.release} ${p.vendor ?? '-'}`)),
        },
        { fact: 'osRelease', excerpt: `ID=${osRelease.id} PLATFORM_ID=${osRelease.platformId ?? ''}` },
      ],
    }
  },
})
