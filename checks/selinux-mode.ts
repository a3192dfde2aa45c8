import { defineCheck, pass } from '../src/model/check.ts'

/** A mode set by hand (`setenforce`) changes at the reboot of the move. */
export const selinuxMode = defineCheck({
  id: 'selinux-mode',
  domain: 'security',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['selinux'],
  severity: 'medium',
  worstSeverity: 'high',
  title: { en: 'SELinux changes its mode at the reboot', zh: '重启后 SELinux 模式会改变' },
  what: {
    en: 'The conversion replaces the SELinux policy and reboots. When the mode in /etc/selinux/config differs from the one in force, the host comes back in another mode; from disabled to enforcing all files must be relabelled first.',
    zh: '转换会替换 SELinux 策略并重启。如果 /etc/selinux/config 中的模式与当前生效的不同，主机会以另一种模式启动；从 disabled 变为 enforcing 之前必须先重新标记所有文件。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Set /etc/selinux/config to the mode that the host has run in.',
        zh: '将 /etc/selinux/config 改为主机一直使用的模式。',
      },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 3 },
  sources: [
    'selinux(8)',
    'https://github.com/oamg/leapp-repository (checkselinux, scheduleselinuxrelabeling)',
  ],
  evaluate({ selinux }) {
    if (selinux.configured === null || selinux.configured === selinux.mode) return pass
    return {
      status: 'fail',
      severity: selinux.mode === 'disabled' ? 'high' : 'medium',
      here: {
        en: `In force: ${selinux.mode}; configured: ${selinux.configured}.`,
        zh: `当前生效：${selinux.mode}；配置为：${selinux.configured}。`,
      },
      evidence: [{ fact: 'selinux', excerpt: `mode=${selinux.mode} SELINUX=${selinux.configured}` }],
      remedies: [
        {
          kind: 'command',
          argv: [
            'sed',
            '--in-place=.osferry',
            `s/^SELINUX=.*/SELINUX=${selinux.mode}/`,
            '/etc/selinux/config',
          ],
        },
      ],
    }
  },
})
