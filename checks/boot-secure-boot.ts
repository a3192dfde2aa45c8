import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'

/** Secure boot accepts only what a known key signed, and the target is signed by another one. */
export const bootSecureBoot = defineCheck({
  id: 'boot-secure-boot',
  domain: 'boot',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['boot'],
  severity: 'block',
  title: { en: 'Secure boot is on', zh: '已启用安全启动（Secure Boot）' },
  what: {
    en: 'shim and kernel of the target are signed by another vendor’s key. When the firmware does not trust it, the machine does not boot after the move. RHCK’s lockdown under secure boot is also gone in ANCK.',
    zh: '目标系统的 shim 与内核由另一厂商的密钥签名，固件不信任时迁移后将无法启动。此外，RHCK 在安全启动下的 lockdown 在 ANCK 中不存在。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Turn secure boot off in the firmware for the move; turn it on again after the target has booted and its key is enrolled.',
        zh: '迁移期间在固件中关闭安全启动；目标系统启动且密钥登记后再重新开启。',
      },
    },
    { kind: 'command', argv: ['mokutil', '--sb-state'] },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 20 },
  sources: [
    'https://github.com/oamg/convert2rhel (SECURE_BOOT_DETECTED)',
    'https://github.com/AlmaLinux/almalinux-deploy/issues/130',
  ],
  evaluate({ boot }) {
    if (boot.mode === 'bios') return notApplicable('This host boots by BIOS.', '该主机以 BIOS 方式启动。')
    if (boot.secureBoot === false) return pass
    if (boot.secureBoot === null) {
      return unknown('The state of secure boot could not be read.', '无法读取安全启动状态。')
    }
    return {
      status: 'fail',
      here: { en: 'Secure boot is on.', zh: '安全启动处于开启状态。' },
      evidence: [{ fact: 'boot', excerpt: 'SecureBoot enabled' }],
    }
  },
})
