import { defineCheck, pass } from '../src/model/check.ts'
import { nameSome } from '../src/model/excerpt.ts'

const required = ['dnf', 'dnf-plugins-core', 'grubby', 'curl'] as const

/** Programs that the conversion calls; better found missing now than half-way. */
export const conversionTools = defineCheck({
  id: 'conversion-tools',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['packages'],
  severity: 'medium',
  title: { en: 'Programs that the conversion needs are missing', zh: '缺少转换所需的程序' },
  what: {
    en: 'The conversion uses dnf with its core plugins, curl, and grubby to set the default kernel. Minimal images lack some of them.',
    zh: '转换过程需要 dnf 及其核心插件、curl，以及用于设置默认内核的 grubby。精简镜像往往缺少其中一部分。',
  },
  remedies: [{ kind: 'command', argv: ['dnf', '--assumeyes', 'install', ...required] }],
  effort: { onceMinutes: 0, perHostMinutes: 2 },
  sources: [
    'https://github.com/AlmaLinux/almalinux-deploy (assert_dnf_plugins_core)',
    'https://github.com/rocky-linux/rocky-tools (bin_check)',
  ],
  evaluate({ packages }) {
    const missing = required.filter((wanted) => !packages.packages.some(({ name }) => name === wanted))
    if (missing.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Not installed: ${nameSome(missing)}.`,
        zh: `未安装：${nameSome(missing)}。`,
      },
      evidence: [{ fact: 'packages', excerpt: missing.map((name) => `${name}: not installed`).join('\n') }],
      remedies: [{ kind: 'command', argv: ['dnf', '--assumeyes', 'install', ...missing] }],
    }
  },
})
