import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** XFS of format 4 is deprecated: still mounted by 4.18, 4.19 and 5.10, not by every later kernel. */
export const xfsV4 = defineCheck({
  id: 'xfs-v4',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['filesystems'],
  severity: 'low',
  title: { en: 'XFS of the old format 4', zh: '使用旧的 XFS v4 格式' },
  what: {
    en: 'Format 4 (crc=0) is deprecated upstream. The kernels of Anolis OS 8 still mount it; the next system may not. It is best replaced while the host is being moved anyway.',
    zh: 'XFS v4（crc=0）已被上游弃用。Anolis OS 8 的内核仍可挂载，后续系统可能不再支持，建议借这次迁移一并更换。',
  },
  remedies: [
    {
      kind: 'hint',
      text: { en: 'Make the file system again when its data is moved.', zh: '在迁移数据时重建文件系统。' },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 60 },
  sources: ['https://docs.kernel.org/admin-guide/xfs.html (deprecated mount options and formats)'],
  evaluate({ filesystems }, { target }) {
    const kept = filesystems.filesystems.filter(
      ({ type, mountpoint }) => type === 'xfs' && !(target === 'containeros' && mountpoint === '/'),
    )
    const old = kept.filter(({ features }) => features?.includes('crc=0') === true)
    const unread = kept.filter(({ features }) => features === null)
    if (old.length === 0 && unread.length > 0) {
      const names = nameSome(unread.map(({ mountpoint }) => mountpoint))
      return unknown(`The format of ${names} could not be read.`, `无法读取 ${names} 的 XFS 格式。`)
    }
    if (old.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Format 4: ${nameSome(old.map(({ mountpoint }) => mountpoint))}.`,
        zh: `v4 格式：${nameSome(old.map(({ mountpoint }) => mountpoint))}。`,
      },
      evidence: [
        {
          fact: 'filesystems',
          excerpt: excerptOf(old.map((fs) => `${fs.device} ${fs.mountpoint} xfs crc=0`)),
        },
      ],
    }
  },
})
