import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

const system = ['/', '/boot', '/usr', '/var', '/home', '/tmp']

/** overlay needs `ftype=1`; XFS made by old tools lacks it and cannot get it. */
export const xfsWithoutFtype = defineCheck({
  id: 'xfs-without-ftype',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['filesystems'],
  severity: 'high',
  title: { en: 'XFS without ftype cannot hold containers', zh: 'XFS 未启用 ftype，无法存放容器' },
  what: {
    en: 'The overlay file system needs directory entries with file types (ftype=1). On XFS without them containerd and docker fall back to other drivers or refuse to start. The setting is fixed when the file system is made.',
    zh: 'overlay 要求目录项带有文件类型（ftype=1）。否则 containerd 和 docker 会退回其他存储驱动或拒绝启动。该属性只能在创建文件系统时设定。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Make the file system again with mkfs.xfs -n ftype=1, after the data was copied.',
        zh: '备份数据后用 mkfs.xfs -n ftype=1 重建文件系统。',
      },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 60 },
  sources: ['https://docs.docker.com/engine/storage/drivers/overlayfs-driver/', 'mkfs.xfs(8)'],
  evaluate({ filesystems }, { target }) {
    const kept = filesystems.filesystems.filter(
      ({ type, mountpoint }) => type === 'xfs' && !(target === 'containeros' && system.includes(mountpoint)),
    )
    const found = kept.filter(({ features }) => features?.includes('ftype=0') === true)
    const unread = kept.filter(({ features }) => features === null)
    if (found.length === 0 && unread.length > 0) {
      const names = nameSome(unread.map(({ mountpoint }) => mountpoint))
      return unknown(
        `It could not be read whether ${names} has ftype.`,
        `无法读取 ${names} 是否启用了 ftype。`,
      )
    }
    if (found.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Without ftype: ${nameSome(found.map(({ mountpoint }) => mountpoint))}.`,
        zh: `未启用 ftype：${nameSome(found.map(({ mountpoint }) => mountpoint))}。`,
      },
      evidence: [
        {
          fact: 'filesystems',
          excerpt: excerptOf(found.map((fs) => `${fs.device} ${fs.mountpoint} xfs ftype=0`)),
        },
      ],
    }
  },
})
