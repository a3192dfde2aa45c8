import { defineCheck, pass } from '../src/model/check.ts'

/** kdump needs an initramfs and its tools; a trimmed image has neither. */
export const kdumpOnImmutable = defineCheck({
  id: 'kdump-on-immutable',
  domain: 'services',
  targets: ['containeros'],
  needs: ['kdump'],
  severity: 'low',
  title: { en: 'Crash dumps are not written on the new system', zh: '新系统不会生成内核崩溃转储' },
  what: {
    en: 'ContainerOS boots without an initramfs and has no kexec-tools: after a kernel crash there is no dump to analyse.',
    zh: 'ContainerOS 启动不使用 initramfs，也没有 kexec-tools，内核崩溃后不会有转储可供分析。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Agree with support that dumps are not needed, or collect the console by netconsole or the BMC.',
        zh: '与支持团队确认不需要转储，或通过 netconsole、BMC 收集控制台输出。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 0 },
  sources: ['LifseaOS design article: no initramfs', 'https://docs.kernel.org/admin-guide/kdump/kdump.html'],
  evaluate({ kdump }) {
    if (!kdump.active && !kdump.enabled) return pass
    return {
      status: 'fail',
      here: {
        en: `kdump is in use (crashkernel=${kdump.crashkernel ?? '-'}).`,
        zh: `正在使用 kdump（crashkernel=${kdump.crashkernel ?? '-'}）。`,
      },
      evidence: [{ fact: 'kdump', excerpt: `active=${kdump.active} enabled=${kdump.enabled}` }],
    }
  },
})
