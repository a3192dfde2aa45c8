import { defineCheck, pass, unknown } from '../src/model/check.ts'

/** The kernel one falls back to must be able to boot. */
export const initramfsPresent = defineCheck({
  id: 'initramfs-present',
  domain: 'boot',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['kernel', 'installedKernels'],
  severity: 'high',
  title: { en: 'Boot files of the running kernel are missing', zh: '当前内核的启动文件缺失' },
  what: {
    en: 'The running kernel is what a failed conversion falls back to. Without its vmlinuz or initramfs in /boot (a full /boot, an interrupted update) there is nothing to fall back to.',
    zh: '迁移失败时要回退到当前内核。如果 /boot 中缺少它的 vmlinuz 或 initramfs（/boot 写满、更新中断等），就没有可回退的内核。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Free space in /boot, reinstall kernel-core of the running kernel, and check with lsinitrd.',
        zh: '清理 /boot 空间，重装当前内核的 kernel-core，并用 lsinitrd 检查。',
      },
    },
    { kind: 'command', argv: ['dracut', '--force'] },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 10 },
  sources: ['https://github.com/oamg/convert2rhel (KERNEL_BOOT_FILES)'],
  evaluate({ kernel, installedKernels }) {
    const running = installedKernels.kernels.find(({ release }) => release === kernel.release)
    if (running === undefined) {
      return unknown(
        `${kernel.release} is running but not among the installed kernels.`,
        `当前运行的 ${kernel.release} 不在已安装内核列表中。`,
        [
          {
            fact: 'installedKernels',
            excerpt: installedKernels.kernels.map(({ release }) => release).join('\n'),
          },
        ],
      )
    }
    const missing = [...(running.vmlinuz ? [] : ['vmlinuz']), ...(running.initramfs ? [] : ['initramfs'])]
    if (missing.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `${missing.join(' and ')} of ${kernel.release} is missing in /boot.`,
        zh: `/boot 中缺少 ${kernel.release} 的 ${missing.join('、')}。`,
      },
      evidence: [{ fact: 'installedKernels', excerpt: `${kernel.release}: no ${missing.join(', ')}` }],
    }
  },
})
