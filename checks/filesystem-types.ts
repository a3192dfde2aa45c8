import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** File systems that not every target kernel has, with the module that serves them. */
const rareTypes: Readonly<Record<string, string>> = {
  '9p': '9p',
  btrfs: 'btrfs',
  ceph: 'ceph',
  cifs: 'cifs',
  erofs: 'erofs',
  f2fs: 'f2fs',
  gfs2: 'gfs2',
  jfs: 'jfs',
  nilfs2: 'nilfs2',
  ocfs2: 'ocfs2',
  reiserfs: 'reiserfs',
  squashfs: 'squashfs',
  udf: 'udf',
}

/** A mounted file system whose driver the target's kernel lacks cannot be mounted after the move. */
export const filesystemTypes = defineCheck({
  id: 'filesystem-types',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['mounts', 'fstab'],
  severity: 'block',
  title: { en: 'A file system in use is missing in the kernel', zh: '目标内核缺少正在使用的文件系统' },
  what: {
    en: 'btrfs and 9p exist in ANCK 4.19 only; others are in kernel-modules-extra or in no kernel of the target. Their volumes cannot be mounted after the move.',
    zh: 'btrfs 和 9p 只存在于 ANCK 4.19；其他一些文件系统只在 kernel-modules-extra 中，或目标内核根本没有。迁移后这些卷将无法挂载。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Move the data to xfs or ext4, or choose a kernel that has the file system.',
        zh: '将数据迁到 xfs 或 ext4，或选择支持该文件系统的内核。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 60 },
  sources: ['kernel configurations of RHCK 4.18, ANCK 4.19 and 5.10 (CONFIG_BTRFS_FS, CONFIG_9P_FS)'],
  evaluate({ mounts, fstab }, { kernel, kernelLine }) {
    const inUse = [
      ...mounts.mounts.map((row) => ({ fact: 'mounts' as const, row })),
      ...fstab.entries.map((row) => ({ fact: 'fstab' as const, row })),
    ].flatMap(({ fact, row }) => {
      const module = rareTypes[row.fstype]
      return module === undefined ? [] : [{ fact, row, answer: kernel.module(module).answer }]
    })
    const lost = inUse.filter(({ answer }) => answer === 'absent' || answer === 'extra')
    if (lost.length > 0) {
      const absent = lost.some(({ answer }) => answer === 'absent')
      const types = nameSome([...new Set(lost.map(({ row }) => row.fstype))])
      return {
        status: 'fail',
        severity: absent ? 'block' : 'high',
        here: {
          en: absent
            ? `${kernelLine} has no ${types}.`
            : `${kernelLine} has ${types} only in kernel-modules-extra, which is not installed by default.`,
          zh: absent
            ? `${kernelLine} 内核不支持 ${types}。`
            : `${kernelLine} 内核的 ${types} 仅在默认不安装的 kernel-modules-extra 中。`,
        },
        evidence: lost.slice(0, 4).map(({ fact, row }) => ({
          fact,
          excerpt: excerptOf([`${row.source} ${row.target} ${row.fstype} ${row.options.join(',')}`]),
        })),
      }
    }
    const open = inUse.filter(({ answer }) => answer === 'unknown')
    if (open.length === 0) return pass
    const types = nameSome([...new Set(open.map(({ row }) => row.fstype))])
    return unknown(
      `The data of ${kernelLine} does not say whether it has ${types}.`,
      `${kernelLine} 的内核数据未说明是否支持 ${types}。`,
    )
  },
})
