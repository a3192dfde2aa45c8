import { defineCheck, notApplicable, pass } from '../src/model/check.ts'

/** In place, only CentOS 8 is converted; a rewrite does not depend on the old system. */
export const osSupported = defineCheck({
  id: 'os-supported',
  domain: 'identity',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['osRelease'],
  severity: 'block',
  worstSeverity: { containeros: 'medium' },
  title: { en: 'The operating system is not CentOS 8', zh: '操作系统不是 CentOS 8' },
  what: {
    en: 'The in-place conversion replaces the release packages of CentOS Linux 8 or CentOS Stream 8 and reinstalls from repositories of the same major version. Other systems and other majors need another path. ContainerOS rewrites the disk, so there only the parts that read the old system must know it.',
    zh: '就地迁移会替换 CentOS Linux 8 或 CentOS Stream 8 的 release 软件包，并从相同大版本的仓库重新安装软件包；其他系统或其他大版本需要另外的迁移路径。ContainerOS 会重写磁盘，因此只要求能正确识别旧系统的内容。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Move this host by the path for its own system, or reinstall it; take it out of the inventory of this migration.',
        zh: '请按其自身系统对应的方式迁移或重装，并将其移出本次迁移的清单。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 60 },
  sources: [
    'https://www.alibabacloud.com/help/en/smc/',
    'https://github.com/oamg/convert2rhel (supported versions)',
  ],
  evaluate({ osRelease }, { target }) {
    if (osRelease.id === 'anolis') {
      return notApplicable('This host already runs Anolis OS.', '该主机已在运行 Anolis OS。')
    }
    const major = (osRelease.versionId ?? '').split('.')[0]
    if (osRelease.id === 'centos' && major === '8') return pass
    const name = osRelease.prettyName ?? `${osRelease.name} ${osRelease.versionId ?? ''}`.trim()
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'medium' : 'block',
      here: {
        en: `This host runs ${name} (ID=${osRelease.id}, VERSION_ID=${osRelease.versionId ?? 'missing'}), not CentOS 8.`,
        zh: `该主机运行的是 ${name}（ID=${osRelease.id}，VERSION_ID=${osRelease.versionId ?? '缺失'}），不是 CentOS 8。`,
      },
      evidence: [
        { fact: 'osRelease', excerpt: `ID=${osRelease.id} VERSION_ID=${osRelease.versionId ?? ''}` },
      ],
    }
  },
})
