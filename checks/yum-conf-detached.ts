import { defineCheck, pass } from '../src/model/check.ts'

/** /etc/yum.conf as a file of its own: edits to it no longer reach dnf. */
export const yumConfDetached = defineCheck({
  id: 'yum-conf-detached',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['dnfConfig'],
  severity: 'low',
  title: { en: '/etc/yum.conf is no link to dnf.conf', zh: '/etc/yum.conf 不是指向 dnf.conf 的链接' },
  what: {
    en: 'On CentOS 8 /etc/yum.conf is a link to dnf/dnf.conf. An edit with `sed -i` makes it a file of its own; excludes and proxies then differ from what dnf really uses, also for the conversion.',
    zh: '在 CentOS 8 上 /etc/yum.conf 是指向 dnf/dnf.conf 的链接。用 `sed -i` 编辑会把它变成独立文件，其中的 exclude、proxy 等设置与 dnf 实际使用的不再一致，转换时同样如此。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Merge its settings into /etc/dnf/dnf.conf first.',
        zh: '先把其中的设置合并到 /etc/dnf/dnf.conf。',
      },
    },
    { kind: 'command', argv: ['ln', '--symbolic', '--force', '--backup', 'dnf/dnf.conf', '/etc/yum.conf'] },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 3 },
  sources: ['sed(1): -i without --follow-symlinks replaces the link by a file', 'yum.conf(5)'],
  evaluate({ dnfConfig }) {
    if (!dnfConfig.yumConfIsFile) return pass
    return {
      status: 'fail',
      here: {
        en: '/etc/yum.conf is a plain file, apart from /etc/dnf/dnf.conf.',
        zh: '/etc/yum.conf 是独立于 /etc/dnf/dnf.conf 的普通文件。',
      },
      evidence: [{ fact: 'dnfConfig', excerpt: '/etc/yum.conf: regular file' }],
    }
  },
})
