import { defineCheck, pass, unknown } from '../src/model/check.ts'

/** 100 MiB: kernel, initramfs and rescue image of one kernel, as leapp asks for. */
const minimumKiB = 100 * 1024

/** A full /boot truncates the new initramfs, and the host does not come back. */
export const bootSpace = defineCheck({
  id: 'boot-space',
  domain: 'boot',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['space'],
  severity: 'block',
  title: { en: 'Too little free space in /boot', zh: '/boot 剩余空间不足' },
  what: {
    en: 'The target’s kernel is installed beside the running one. With less than 100 MiB free in /boot its initramfs is cut off, and the host stops at boot.',
    zh: '目标内核会与当前内核并存安装。/boot 剩余不足 100 MiB 时 initramfs 会被截断，主机无法启动。',
  },
  remedies: [
    {
      kind: 'command',
      argv: ['dnf', '-y', 'remove', '--oldinstallonly', '--setopt=installonly_limit=2', 'kernel'],
      text: { en: 'Removes kernels that are not running.', zh: '移除未在运行的旧内核。' },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 5 },
  sources: ['https://github.com/oamg/leapp-repository (checkbootavailspace)'],
  evaluate({ space }) {
    const boot =
      space.filesystems.find(({ target }) => target === '/boot') ??
      space.filesystems.find(({ target }) => target === '/')
    if (boot === undefined) {
      return unknown('The filesystem of /boot is not known.', '无法确定 /boot 所在的文件系统。')
    }
    if (boot.availableKiB >= minimumKiB) return pass
    const mib = Math.floor(boot.availableKiB / 1024)
    return {
      status: 'fail',
      here: {
        en: `${boot.target} has ${mib} MiB free; 100 MiB are needed.`,
        zh: `${boot.target} 剩余 ${mib} MiB，至少需要 100 MiB。`,
      },
      evidence: [
        {
          fact: 'space',
          excerpt: `${boot.source} ${boot.target} available ${boot.availableKiB} KiB of ${boot.sizeKiB}`,
        },
      ],
    }
  },
})
