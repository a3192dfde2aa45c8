import { defineCheck, notApplicable, pass } from '../src/model/check.ts'

/** The loader lives on the EFI system partition, which must be mounted and FAT. */
export const bootEspPresent = defineCheck({
  id: 'boot-esp-present',
  domain: 'boot',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['boot'],
  severity: 'block',
  title: { en: 'The EFI system partition is not mounted', zh: 'EFI 系统分区未挂载' },
  what: {
    en: 'shim and grub of the target are installed below /boot/efi. When the EFI system partition is not mounted there, they land on the root filesystem, where the firmware never looks.',
    zh: '目标系统的 shim 与 grub 安装在 /boot/efi 下。若 EFI 系统分区没有挂载到该处，文件会落到根文件系统，固件无法找到。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Mount the EFI system partition at /boot/efi (vfat) and put it into /etc/fstab.',
        zh: '将 EFI 系统分区（vfat）挂载到 /boot/efi，并写入 /etc/fstab。',
      },
    },
    { kind: 'command', argv: ['findmnt', '/boot/efi'] },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 10 },
  sources: ['https://github.com/oamg/convert2rhel (grub.EFIBootInfo)'],
  evaluate({ boot }) {
    if (boot.mode === 'bios') return notApplicable('This host boots by BIOS.', '该主机以 BIOS 方式启动。')
    if (boot.esp === null) {
      return {
        status: 'fail',
        here: { en: 'No EFI system partition is mounted.', zh: '没有挂载 EFI 系统分区。' },
        evidence: [{ fact: 'boot', excerpt: 'mode uefi, no ESP mounted' }],
      }
    }
    const { device, mountpoint, fstype } = boot.esp
    if (mountpoint === '/boot/efi' && /^(vfat|fat\d*|msdos)$/.test(fstype)) return pass
    return {
      status: 'fail',
      severity: 'high',
      here: {
        en: `The EFI system partition ${device} is at ${mountpoint} as ${fstype}, not at /boot/efi as vfat.`,
        zh: `EFI 系统分区 ${device} 以 ${fstype} 挂载在 ${mountpoint}，而非以 vfat 挂载在 /boot/efi。`,
      },
      evidence: [{ fact: 'boot', excerpt: `${device} ${mountpoint} ${fstype}` }],
    }
  },
})
