import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { deviceNamed, isOnRootDisk } from '../src/model/disk-tree.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** File systems that every new system makes anew, and that hold nothing of the applications. */
const renewed = [
  '/',
  '/boot',
  '/boot/efi',
  '/usr',
  '/var',
  '/var/log',
  '/var/log/audit',
  '/var/tmp',
  '/tmp',
  '/home',
]

/** File systems of their own on the disk that a reprovision rewrites: their data is gone unless it is parked. */
export const rootDiskData = defineCheck({
  id: 'root-disk-data',
  domain: 'storage',
  targets: ['containeros'],
  needs: ['mounts', 'disks'],
  severity: 'block',
  title: { en: 'Data volumes lie on the disk to be rewritten', zh: '数据卷位于将被重写的磁盘上' },
  what: {
    en: 'Installing ContainerOS rewrites the system disk. A file system of its own on that disk, such as /data or a separate /var/lib/docker, is destroyed with it.',
    zh: '安装 ContainerOS 会改写系统盘。位于该磁盘上的独立文件系统（如 /data 或单独的 /var/lib/docker）会一并被清除。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Move the data to another disk or off the host, or declare it as disposable by a waiver with an owner.',
        zh: '将数据迁到其他磁盘或主机，或通过注明负责人的豁免声明其可丢弃。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 60 },
  sources: [
    'https://www.alibabacloud.com/help/document_detail/2852013.html (data on the system disk is lost)',
  ],
  evaluate({ mounts, disks }) {
    if (disks.rootDisks.length === 0) {
      return unknown('It is not known which disk holds the system.', '无法确定系统位于哪块磁盘。')
    }
    // A source that is also mounted as a system directory is a bind mount of it, not a volume of its own.
    const system = new Set(
      mounts.mounts.filter(({ target }) => renewed.includes(target)).map(({ source }) => source),
    )
    const volumes = mounts.mounts
      .filter(
        ({ source, target, fstype }) =>
          source.startsWith('/dev/') &&
          !system.has(source) &&
          !fstype.startsWith('fuse') &&
          !target.startsWith('/var/lib/kubelet/pods/'),
      )
      .map((mount) => ({ ...mount, device: deviceNamed(disks, mount.source) }))
    const data = volumes.filter(({ device }) => device !== undefined && isOnRootDisk(disks, device.name))
    const lost = volumes.filter(({ device }) => device === undefined)
    if (data.length === 0 && lost.length > 0) {
      return unknown(
        `It is not known on which disk ${nameSome(lost.map(({ target }) => target))} lies.`,
        `无法确定 ${nameSome(lost.map(({ target }) => target))} 位于哪块磁盘。`,
        [{ fact: 'mounts', excerpt: excerptOf(lost.map((m) => `${m.source} ${m.target} ${m.fstype}`)) }],
      )
    }
    if (data.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `On the system disk: ${nameSome(data.map(({ target }) => target))}.`,
        zh: `位于系统盘：${nameSome(data.map(({ target }) => target))}。`,
      },
      evidence: [
        { fact: 'mounts', excerpt: excerptOf(data.map((m) => `${m.source} ${m.target} ${m.fstype}`)) },
        { fact: 'disks', excerpt: `system disk: ${disks.rootDisks.join(' ')}` },
      ],
    }
  },
})
