import { defineCheck, pass, unknown, type Remedy } from '../src/model/check.ts'
import type { FactValue } from '../src/model/facts.ts'
import type { Text } from '../src/model/text.ts'

/** A mode set by hand (`setenforce`) changes at the reboot of the move. */
export const selinuxMode = defineCheck({
  id: 'selinux-mode',
  domain: 'security',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['selinux'],
  toleratesDegraded: ['selinux'],
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
        en: 'Decide which of the two modes is meant, and make both the same before the move. Keep the stricter one unless there is a reason against it.',
        zh: '确认应采用哪种模式，并在迁移前使两者一致。没有特殊理由时，采用更严格的模式。',
      },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 3 },
  sources: [
    'selinux(8)',
    'https://github.com/oamg/leapp-repository (checkselinux, scheduleselinuxrelabeling)',
  ],
  evaluate({ selinux }, { degraded }) {
    if (selinux.configured === null && degraded.has('selinux')) {
      return unknown('The configured mode could not be read.', '无法读取配置的 SELinux 模式。')
    }
    if (selinux.configured === null || selinux.configured === selinux.mode) return pass
    return {
      status: 'fail',
      severity: selinux.mode === 'disabled' ? 'high' : 'medium',
      here: {
        en: `In force: ${selinux.mode}; configured: ${selinux.configured}.`,
        zh: `当前生效：${selinux.mode}；配置为：${selinux.configured}。`,
      },
      evidence: [{ fact: 'selinux', excerpt: `mode=${selinux.mode} SELINUX=${selinux.configured}` }],
      remedies: remediesFor(selinux.mode, selinux.configured),
    }
  },
})

type Mode = FactValue<'selinux'>['mode']

/** The stricter mode first: nobody's protection is taken away by following the first line. */
function remediesFor(mode: Mode, configured: string): Remedy[] {
  if (mode === 'disabled') return [relabel, configure(mode, onlyIf)]
  if (mode === 'enforcing') return [configure(mode), { ...setMode('0'), text: onlyIf }]
  return configured === 'enforcing'
    ? [{ ...setMode('1'), text: watch }, configure(mode, onlyIf)]
    : [configure(mode)]
}

function configure(mode: Mode, text?: Text): Remedy {
  const argv = ['sed', '--in-place=.osferry', `s/^SELINUX=.*/SELINUX=${mode}/`, '/etc/selinux/config']
  return text === undefined ? { kind: 'command', argv } : { kind: 'command', argv, text }
}

function setMode(mode: '0' | '1'): Remedy {
  return { kind: 'command', argv: ['setenforce', mode] }
}

const watch: Text = {
  en: 'Enforce from now on, and look for denials (ausearch -m avc) before the move.',
  zh: '立即启用强制模式，并在迁移前检查是否有拒绝记录（ausearch -m avc）。',
}

const onlyIf: Text = {
  en: 'Or, only when the host is meant to run in the weaker mode.',
  zh: '或者，仅当主机确实应以较宽松的模式运行时执行。',
}

const relabel: Remedy = {
  kind: 'command',
  argv: ['fixfiles', '-F', 'onboot'],
  text: {
    en: 'Keep SELinux configured: all files are relabelled at the next boot, which takes its time.',
    zh: '保留 SELinux 配置：下次启动时会重新标记所有文件，需要一定时间。',
  },
}
