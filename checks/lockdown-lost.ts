import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'

/** On RHCK Secure Boot locks the kernel down; ANCK is built without it. */
export const lockdownLost = defineCheck({
  id: 'lockdown-lost',
  domain: 'security',
  targets: ['anolis-anck', 'containeros'],
  needs: ['boot', 'lsm'],
  severity: 'medium',
  title: { en: 'Kernel lockdown ends with this kernel', zh: '该内核不再提供 lockdown' },
  what: {
    en: 'With Secure Boot the kernels of CentOS 8 and RHCK refuse unsigned modules, kexec and /dev/mem, even to root. ANCK is built without lockdown, so the same protection must come from elsewhere. Where it is required, this is a matter for compliance.',
    zh: '启用 Secure Boot 时，CentOS 8 与 RHCK 内核会拒绝未签名模块、kexec 和 /dev/mem，对 root 也不例外。ANCK 未编译 lockdown，相应的保护需另行实现；若有合规要求，需要与合规部门确认。',
  },
  remedies: [
    {
      kind: 'hint',
      text: { en: 'Stay on RHCK, or accept the loss by a waiver.', zh: '保留 RHCK，或通过豁免接受该变化。' },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 0 },
  sources: ['kernel_lockdown(7)', 'ANCK 5.10 configuration: CONFIG_SECURITY_LOCKDOWN_LSM is not set'],
  evaluate({ boot, lsm }, { kernel, kernelLine }) {
    const lockdownNow = boot.secureBoot === true || lsm.active.includes('lockdown')
    if (!lockdownNow && boot.mode === 'uefi' && boot.secureBoot === null) {
      return unknown('It is not known whether Secure Boot is on.', '无法确定是否启用了 Secure Boot。')
    }
    if (!lockdownNow) return notApplicable('Lockdown is not in force.', '当前未启用 lockdown。')
    const answers = ['SECURITY_LOCKDOWN_LSM', 'LOCK_DOWN_KERNEL'].map((name) => kernel.option(name).answer)
    if (answers.some((answer) => answer === 'builtin')) return pass
    const sure = answers[0] === 'absent'
    return {
      status: 'fail',
      severity: sure ? 'medium' : 'low',
      here: {
        en: sure
          ? `${kernelLine} has no lockdown.`
          : `${kernelLine} probably has no lockdown; its data does not say.`,
        zh: sure
          ? `${kernelLine} 内核没有 lockdown。`
          : `${kernelLine} 内核可能没有 lockdown，现有数据未说明。`,
      },
      evidence: [{ fact: 'boot', excerpt: `secure boot: ${boot.secureBoot ?? '-'}` }],
    }
  },
})
