import { defineCheck, pass } from '../src/model/check.ts'

/** `distroverpkg` names the package that gives $releasever; it is removed by the conversion. */
export const dnfDistroverpkg = defineCheck({
  id: 'dnf-distroverpkg',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['dnfConfig'],
  severity: 'medium',
  title: { en: 'dnf takes the release from a package that goes away', zh: 'dnf 的版本来源软件包将被移除' },
  what: {
    en: 'With distroverpkg set, dnf reads $releasever from that package. The conversion removes the CentOS release packages, and every repository URL with $releasever breaks.',
    zh: '设置 distroverpkg 后，dnf 从指定软件包获取 $releasever。转换会移除 CentOS 的 release 包，所有使用 $releasever 的软件源地址都会失效。',
  },
  remedies: [
    {
      kind: 'command',
      argv: ['sed', '--in-place=.osferry', '--follow-symlinks', 's/^distroverpkg/#&/', '/etc/dnf/dnf.conf'],
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 1 },
  sources: ['https://github.com/oamg/convert2rhel (CONFIGURE_PKG_MANAGER)', 'yum.conf(5)'],
  evaluate({ dnfConfig }) {
    const name = dnfConfig.distroverpkg
    if (name === null || name.startsWith('system-release') || name.startsWith('anolis-')) return pass
    return {
      status: 'fail',
      here: {
        en: `distroverpkg=${name}, which the conversion removes.`,
        zh: `distroverpkg=${name}，该软件包会在转换时被移除。`,
      },
      evidence: [{ fact: 'dnfConfig', excerpt: `distroverpkg=${name}` }],
    }
  },
})
