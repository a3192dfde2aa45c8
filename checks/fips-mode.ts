import { defineCheck, pass } from '../src/model/check.ts'

/** FIPS mode: validated modules are a matter of vendor and build, and a missing one stops the boot. */
export const fipsMode = defineCheck({
  id: 'fips-mode',
  domain: 'security',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['crypto'],
  severity: 'high',
  title: { en: 'The host runs in FIPS mode', zh: '主机处于 FIPS 模式' },
  what: {
    en: 'FIPS validation belongs to a vendor’s build of kernel, OpenSSL and GnuTLS; it does not move with the host. With fips=1 a kernel whose integrity check fails does not boot.',
    zh: 'FIPS 认证针对特定厂商构建的内核、OpenSSL、GnuTLS，不会随主机迁移。设置 fips=1 时，完整性校验失败的内核将无法启动。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Clear with compliance whether the target may be used, and test a boot with fips=1 on one host.',
        zh: '与合规部门确认能否使用目标系统，并先在一台主机上验证 fips=1 启动。',
      },
    },
  ],
  effort: { onceMinutes: 480, perHostMinutes: 10 },
  sources: ['fips-mode-setup(8)', 'https://csrc.nist.gov/projects/cryptographic-module-validation-program'],
  evaluate({ crypto }) {
    const on = crypto.fipsKernel === true || crypto.fipsArg || crypto.policy?.startsWith('FIPS') === true
    if (!on) return pass
    const state = `fips_enabled=${crypto.fipsKernel ?? '-'} fips=1: ${crypto.fipsArg} policy=${crypto.policy ?? '-'}`
    return {
      status: 'fail',
      here: { en: `FIPS mode is set: ${state}.`, zh: `已启用 FIPS 模式：${state}。` },
      evidence: [{ fact: 'crypto', excerpt: state }],
    }
  },
})
