import { compareVersions } from '../src/kernel/rpm-version.ts'
import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'

/** Oldest minor release from which conversion tools start. */
const oldest = '8.4'

/** Old minor releases are updated from the vault before a conversion. */
export const osMinorRelease = defineCheck({
  id: 'os-minor-release',
  domain: 'identity',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['osRelease'],
  severity: 'high',
  title: { en: 'The minor release is too old to convert', zh: '小版本过旧，不能直接迁移' },
  what: {
    en: 'Conversion tools start from CentOS 8.4 or later: older releases carry package versions and module streams from which the transaction does not resolve.',
    zh: '迁移工具要求 CentOS 8.4 及以上：更早的版本所带的软件包与模块流往往无法解析出可行的事务。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Drain the node, point the repositories to https://vault.centos.org/8.5.2111, update from them alone, restart, and assess again.',
        zh: '排空节点，将仓库指向 https://vault.centos.org/8.5.2111，仅从这些仓库更新，重启后重新评估。',
      },
    },
    {
      kind: 'command',
      argv: ['dnf', '-y', '--disablerepo=*', '--enablerepo=baseos,appstream,extras', 'update'],
      text: {
        en: 'With all other repositories off, kubelet and container runtime keep their versions. Before 8.3 the names are BaseOS and AppStream.',
        zh: '停用其他仓库，kubelet 与容器运行时的版本保持不变。8.3 之前仓库名为 BaseOS 和 AppStream。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 30 },
  sources: [
    'https://github.com/oracle/migrate-to-ol (CentOS >= 8.4)',
    'https://github.com/AlmaLinux/almalinux-deploy (assert_supported_system)',
  ],
  evaluate({ osRelease }) {
    if (osRelease.id !== 'centos') {
      return notApplicable('This host does not run CentOS.', '该主机运行的不是 CentOS。')
    }
    const { release, releaseLine } = osRelease
    const stream = /\bstream\b/i.test(`${osRelease.name} ${releaseLine ?? ''}`)
    if (stream) return notApplicable('CentOS Stream has no minor releases.', 'CentOS Stream 没有小版本。')
    if (release === null) {
      return unknown('The release file does not name a minor release.', 'release 文件中没有小版本号。', [
        { fact: 'osRelease', excerpt: releaseLine ?? '(no release file)' },
      ])
    }
    if (compareVersions(release, oldest) >= 0) return pass
    return {
      status: 'fail',
      here: {
        en: `This host is CentOS ${release}; conversions start from ${oldest}.`,
        zh: `该主机为 CentOS ${release}，迁移要求至少为 ${oldest}。`,
      },
      evidence: [{ fact: 'osRelease', excerpt: releaseLine ?? release }],
    }
  },
})
