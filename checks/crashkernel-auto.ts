import { defineCheck, pass } from '../src/model/check.ts'

/** `crashkernel=auto` is a patch of the RHEL kernels. */
export const crashkernelAuto = defineCheck({
  id: 'crashkernel-auto',
  domain: 'kernel',
  targets: ['anolis-anck', 'containeros'],
  needs: ['kernel', 'boot'],
  uses: ['kdump'],
  severity: 'medium',
  title: {
    en: 'crashkernel=auto may reserve nothing on the target',
    zh: 'crashkernel=auto 在目标内核上可能不生效',
  },
  what: {
    en: 'The value auto is known to RHEL kernels only; whether ANCK understands it is not documented. When it does not, no memory is reserved, kdump does not start, and the next crash leaves no dump.',
    zh: 'auto 是 RHEL 内核特有的取值，ANCK 是否支持没有文档说明。若不支持则不会预留内存，kdump 无法启动，下次崩溃将没有转储。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Write an explicit size before the move, for example crashkernel=256M, larger with much memory or many devices.',
        zh: '迁移前改为明确的大小，例如 crashkernel=256M；内存大或设备多时应适当加大。',
      },
    },
    { kind: 'command', argv: ['grubby', '--update-kernel=ALL', '--args=crashkernel=256M'] },
  ],
  effort: { onceMinutes: 10, perHostMinutes: 2 },
  sources: ['https://docs.kernel.org/admin-guide/kdump/kdump.html'],
  evaluate({ kernel, boot, kdump }) {
    const running = kernel.cmdline.includes('crashkernel=auto')
    const configured = boot.grubDefault?.cmdline.includes('crashkernel=auto') === true
    if (!running && !configured) return pass
    const where = running ? '/proc/cmdline' : '/etc/default/grub'
    return {
      status: 'fail',
      severity: kdump?.enabled === false ? 'low' : 'medium',
      here: { en: `${where} has crashkernel=auto.`, zh: `${where} 中设置了 crashkernel=auto。` },
      evidence: [{ fact: running ? 'kernel' : 'boot', excerpt: 'crashkernel=auto' }],
    }
  },
})
