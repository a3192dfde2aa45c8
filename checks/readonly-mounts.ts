import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Directories into which packages unpack. */
const written = ['/', '/usr', '/etc', '/var', '/boot', '/boot/efi', '/opt', '/mnt', '/srv', '/home']

/** Packages cannot unpack into a read-only mount; a root that turned read-only is a failing disk. */
export const readonlyMounts = defineCheck({
  id: 'readonly-mounts',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['mounts'],
  severity: 'block',
  title: { en: 'System directories are mounted read-only', zh: '系统目录以只读方式挂载' },
  what: {
    en: 'The conversion replaces the package “filesystem” and others that own /usr, /boot, /mnt and more; a read-only mount on one of them makes the transaction fail in the middle.',
    zh: '转换会替换 filesystem 等拥有 /usr、/boot、/mnt 等目录的软件包，其中任何一个目录只读挂载，事务都会中途失败。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Remount read-write. If the kernel made it read-only, look for disk errors first: dmesg.',
        zh: '重新以读写方式挂载。若是内核自动转为只读，先用 dmesg 排查磁盘错误。',
      },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 10 },
  sources: ['https://github.com/oamg/convert2rhel (READ_ONLY_MOUNTS)'],
  evaluate({ mounts }) {
    const last = new Map(mounts.mounts.map((mount) => [mount.target, mount]))
    const readonly = [...last.values()].filter(
      ({ target, options }) => written.includes(target) && options.includes('ro'),
    )
    if (readonly.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Mounted read-only: ${nameSome(readonly.map(({ target }) => target))}.`,
        zh: `以只读方式挂载：${nameSome(readonly.map(({ target }) => target))}。`,
      },
      evidence: [
        {
          fact: 'mounts',
          excerpt: excerptOf(
            readonly.map((m) => `${m.source} ${m.target} ${m.fstype} ${m.options.join(',')}`),
          ),
        },
      ],
      remedies: readonly.map(({ target }) => ({
        kind: 'command',
        argv: ['mount', '-o', 'remount,rw', target],
      })),
    }
  },
})
