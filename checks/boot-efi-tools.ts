import { defineCheck, notApplicable, pass } from '../src/model/check.ts'

/** A UEFI host needs efibootmgr to get an entry for the new loader. */
export const bootEfiTools = defineCheck({
  id: 'boot-efi-tools',
  domain: 'boot',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['boot'],
  severity: 'block',
  worstSeverity: { containeros: 'low' },
  title: { en: 'efibootmgr is missing on a UEFI host', zh: 'UEFI 主机缺少 efibootmgr' },
  what: {
    en: 'The conversion moves the loader to \\EFI\\anolis and makes a firmware entry for it. Without efibootmgr the entry cannot be made, and the machine boots by luck or not at all.',
    zh: '迁移会将引导程序移到 \\EFI\\anolis 并创建固件启动项。缺少 efibootmgr 就无法创建启动项，机器能否启动全凭运气。',
  },
  remedies: [{ kind: 'command', argv: ['dnf', '-y', 'install', 'efibootmgr'] }],
  effort: { onceMinutes: 0, perHostMinutes: 2 },
  sources: ['https://github.com/oamg/leapp-repository (efi_check_boot)'],
  evaluate({ boot }, { target }) {
    if (boot.mode === 'bios') return notApplicable('This host boots by BIOS.', '该主机以 BIOS 方式启动。')
    if (boot.efiTools) return pass
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'low' : 'block',
      here: { en: 'efibootmgr is not installed.', zh: '未安装 efibootmgr。' },
      evidence: [{ fact: 'boot', excerpt: 'mode uefi, efibootmgr missing' }],
    }
  },
})
