import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { deviceNamed, isOnRootDisk } from '../src/model/disk-tree.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import type { FactValue } from '../src/model/facts.ts'

/** File systems that every new system makes anew, and that hold nothing of people and applications. */
const renewed = ['/', '/boot', '/boot/efi', '/usr', '/var/tmp', '/tmp']

/** Made anew too, but with the data of people and programs in them: lost unless somebody parks it. */
const parked = ['/var', '/var/log', '/var/log/audit', '/home']

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
    const volumes = volumesOf(mounts).map((mount) => ({ ...mount, device: deviceNamed(disks, mount.source) }))
    const onDisk = volumes.filter(({ device }) => device !== undefined && isOnRootDisk(disks, device.name))
    const data = onDisk.filter(({ target }) => !parked.includes(target))
    const lost = volumes.filter(({ device }) => device === undefined)
    if (data.length === 0 && lost.length > 0) {
      return unknown(
        `It is not known on which disk ${nameSome(lost.map(({ target }) => target))} lies.`,
        `无法确定 ${nameSome(lost.map(({ target }) => target))} 位于哪块磁盘。`,
        [{ fact: 'mounts', excerpt: excerptOf(lost.map((m) => `${m.source} ${m.target} ${m.fstype}`)) }],
      )
    }
    if (onDisk.length === 0) return pass
    const names = nameSome(onDisk.map(({ target }) => target))
    return {
      status: 'fail',
      severity: data.length > 0 ? 'block' : 'high',
      here:
        data.length > 0
          ? { en: `On the system disk: ${names}.`, zh: `位于系统盘：${names}。` }
          : {
              en: `On the system disk, to be parked before the rewrite: ${names}.`,
              zh: `位于系统盘，重写前需先转存：${names}。`,
            },
      evidence: [
        { fact: 'mounts', excerpt: excerptOf(onDisk.map((m) => `${m.source} ${m.target} ${m.fstype}`)) },
        { fact: 'disks', excerpt: `system disk: ${disks.rootDisks.join(' ')}` },
      ],
    }
  },
})

type Mount = FactValue<'mounts'>['mounts'][number]

/** Local file systems of their own. A source that is also mounted as a system directory is a bind mount of that. */
function volumesOf({ mounts }: FactValue<'mounts'>): Mount[] {
  const sources = (targets: readonly string[]): Set<string> =>
    new Set(mounts.filter(({ target }) => targets.includes(target)).map(({ source }) => source))
  const [system, kept] = [sources(renewed), sources(parked)]
  return mounts.filter(
    ({ source, target, fstype }) =>
      source.startsWith('/dev/') &&
      !system.has(source) &&
      (!kept.has(source) || parked.includes(target)) &&
      !fstype.startsWith('fuse') &&
      !target.startsWith('/var/lib/kubelet/pods/'),
  )
}
