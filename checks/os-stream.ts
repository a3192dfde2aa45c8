import { defineCheck, notApplicable, pass } from '../src/model/check.ts'

/** CentOS Stream is ahead of the release it leads to, so packages would go back. */
export const osStream = defineCheck({
  id: 'os-stream',
  domain: 'identity',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['osRelease'],
  severity: 'high',
  worstSeverity: { containeros: 'info' },
  title: { en: 'The host runs CentOS Stream', zh: '主机运行的是 CentOS Stream' },
  what: {
    en: 'Packages of CentOS Stream 8 can be newer than those of Anolis OS 8, so an in-place conversion downgrades some of them, which no tool tests. A rewritten disk is not affected.',
    zh: 'CentOS Stream 8 的软件包版本可能比 Anolis OS 8 更新，就地迁移会降级其中一部分，而这种降级没有工具做过验证。重写磁盘的方式不受影响。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Prefer the rewrite for Stream hosts, or rehearse the conversion on a copy and accept the listed downgrades.',
        zh: '建议 Stream 主机采用重写磁盘的方式；或先在副本上演练并确认需要降级的软件包。',
      },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 15 },
  sources: [
    'https://github.com/oracle/centos2ol (CentOS Stream is refused)',
    'https://github.com/AlmaLinux/almalinux-deploy (-d)',
  ],
  evaluate({ osRelease }, { target }) {
    if (osRelease.id !== 'centos') {
      return notApplicable('This host does not run CentOS.', '该主机运行的不是 CentOS。')
    }
    if (!/\bstream\b/i.test(`${osRelease.name} ${osRelease.releaseLine ?? ''}`)) return pass
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'info' : 'high',
      here: {
        en: `This host runs ${osRelease.releaseLine ?? osRelease.name}: packages may be newer than those of Anolis OS 8.`,
        zh: `该主机运行 ${osRelease.releaseLine ?? osRelease.name}，软件包可能比 Anolis OS 8 更新。`,
      },
      evidence: [
        { fact: 'osRelease', excerpt: `NAME="${osRelease.name}" ${osRelease.releaseLine ?? ''}`.trim() },
      ],
    }
  },
})
