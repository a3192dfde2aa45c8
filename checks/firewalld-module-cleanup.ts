import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'

/** firewalld unloads the netfilter modules when it stops, and with them the rules of the network plugin. */
export const firewalldModuleCleanup = defineCheck({
  id: 'firewalld-module-cleanup',
  domain: 'network',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['firewall'],
  severity: 'medium',
  title: { en: 'firewalld unloads kernel modules when it stops', zh: 'firewalld 停止时会卸载内核模块' },
  what: {
    en: 'With CleanupModulesOnExit=yes, its default, firewalld unloads the netfilter modules when its package is updated. In the middle of the conversion the old modules may not load again, and all rules are gone.',
    zh: 'firewalld 默认 CleanupModulesOnExit=yes，软件包更新导致其停止时会卸载 netfilter 模块。转换过程中旧模块可能无法再次加载，所有规则随之丢失。',
  },
  remedies: [
    {
      kind: 'command',
      argv: [
        'sed',
        '--in-place=.osferry',
        's/^CleanupModulesOnExit=.*/CleanupModulesOnExit=no/',
        '/etc/firewalld/firewalld.conf',
      ],
    },
    { kind: 'command', argv: ['firewall-cmd', '--reload'] },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 2 },
  sources: ['https://github.com/oamg/convert2rhel (CHECK_FIREWALLD_AVAILABILITY)', 'firewalld.conf(5)'],
  evaluate({ firewall }) {
    if (!firewall.firewalldActive) return notApplicable('firewalld is not running.', 'firewalld 未运行。')
    if (firewall.cleanupModulesOnExit === false) return pass
    if (firewall.cleanupModulesOnExit === null) {
      return unknown('firewalld.conf could not be read.', '无法读取 firewalld.conf。')
    }
    return {
      status: 'fail',
      here: {
        en: 'firewalld is running with CleanupModulesOnExit=yes.',
        zh: 'firewalld 正在运行，且 CleanupModulesOnExit=yes。',
      },
      evidence: [{ fact: 'firewall', excerpt: 'CleanupModulesOnExit=yes' }],
    }
  },
})
