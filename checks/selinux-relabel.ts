import { defineCheck, pass } from '../src/model/check.ts'

/** Enforcing during the transaction: new files without the right label are denied after the reboot. */
export const selinuxRelabel = defineCheck({
  id: 'selinux-relabel',
  domain: 'security',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['selinux'],
  toleratesDegraded: ['selinux'],
  severity: 'info',
  title: { en: 'SELinux is enforcing during the conversion', zh: '转换期间 SELinux 处于 enforcing' },
  what: {
    en: 'The policy package is replaced while the system runs. Conversions set SELinux permissive for the transaction, relabel at the next boot, and go back to enforcing when the host is verified. Relabelling takes minutes on large disks.',
    zh: '策略包会在系统运行期间被替换。通常在转换期间改为 permissive，下次启动时重新标记，验证通过后再恢复 enforcing。大容量磁盘重新标记需要数分钟。',
  },
  remedies: [{ kind: 'command', argv: ['fixfiles', '-F', 'onboot'] }],
  effort: { onceMinutes: 0, perHostMinutes: 5 },
  sources: ['fixfiles(8)', 'https://github.com/oamg/leapp-repository (scheduleselinuxrelabeling)'],
  evaluate({ selinux }) {
    if (selinux.mode !== 'enforcing') return pass
    return {
      status: 'fail',
      here: {
        en: `SELinux is enforcing (${selinux.policy ?? 'policy unknown'}); plan time for relabelling.`,
        zh: `SELinux 为 enforcing（${selinux.policy ?? '策略未知'}），请预留重新标记的时间。`,
      },
      evidence: [{ fact: 'selinux', excerpt: `mode=${selinux.mode} policy=${selinux.policy ?? '-'}` }],
    }
  },
})
