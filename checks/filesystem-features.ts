import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import type { KernelLine } from '../src/model/kernel.ts'

/** Features that older kernels refuse to mount, with the first mainline version that knows them. */
const features = [
  { type: 'xfs', feature: 'bigtime=1', since: 5.1 },
  { type: 'xfs', feature: 'inobtcount=1', since: 5.1 },
  { type: 'xfs', feature: 'nrext64=1', since: 5.19 },
  { type: 'ext4', feature: 'casefold', since: 5.02 },
  { type: 'ext4', feature: 'verity', since: 5.04 },
  { type: 'ext4', feature: 'fast_commit', since: 5.1 },
  { type: 'ext4', feature: 'orphan_file', since: 5.15 },
] as const

/** Versions as major + minor / 100, so that 5.4 sorts below 5.10. */
const lineVersion: Readonly<Record<KernelLine, number>> = {
  'rhck-4.18': 4.18,
  'anck-4.19': 4.19,
  'anck-5.10': 5.1,
  containeros: 5.1,
}

/** Data disks made by a newer system carry features that an older kernel does not mount. */
export const filesystemFeatures = defineCheck({
  id: 'filesystem-features',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['filesystems'],
  severity: 'block',
  title: { en: 'A file system is newer than the target’s kernel', zh: '文件系统特性比目标内核新' },
  what: {
    en: 'Features such as bigtime of XFS or orphan_file of ext4 make a file system unmountable for kernels that do not know them. A disk that came from a newer system shows it only after the move.',
    zh: 'XFS 的 bigtime、ext4 的 orphan_file 等特性会使不支持它们的内核无法挂载该文件系统。来自较新系统的磁盘往往到迁移之后才暴露问题。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Choose a target with a newer kernel, or copy the data to a file system made without the feature.',
        zh: '选择内核更新的目标，或将数据复制到不带该特性的文件系统。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 60 },
  sources: [
    'xfs(5), mkfs.xfs(8): bigtime and inobtcount need Linux 5.10, nrext64 5.19',
    'ext4(5): orphan_file needs Linux 5.15',
  ],
  evaluate({ filesystems }, { target, kernelLine }) {
    const kept = filesystems.filesystems.filter(
      ({ mountpoint }) => target !== 'containeros' || !['/', '/boot', '/boot/efi'].includes(mountpoint),
    )
    const tooNew = kept.flatMap((fs) => {
      const rows = features.filter(
        ({ type, feature, since }) =>
          type === fs.type && fs.features?.includes(feature) === true && since > lineVersion[kernelLine],
      )
      return rows.length === 0 ? [] : [{ fs, names: rows.map(({ feature }) => feature) }]
    })
    const unread = kept.filter((fs) => fs.features === null && features.some(({ type }) => type === fs.type))
    if (tooNew.length === 0 && unread.length > 0) {
      const names = nameSome(unread.map(({ mountpoint }) => mountpoint))
      return unknown(`The features of ${names} could not be read.`, `无法读取 ${names} 的文件系统特性。`, [
        {
          fact: 'filesystems',
          excerpt: excerptOf(unread.map((fs) => `${fs.device} ${fs.mountpoint} ${fs.type}`)),
        },
      ])
    }
    if (tooNew.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `${kernelLine} does not mount ${nameSome(tooNew.map(({ fs, names }) => `${fs.mountpoint} (${names.join(' ')})`))}.`,
        zh: `${kernelLine} 内核无法挂载 ${nameSome(tooNew.map(({ fs, names }) => `${fs.mountpoint}（${names.join(' ')}）`))}。`,
      },
      evidence: [
        {
          fact: 'filesystems',
          excerpt: excerptOf(
            tooNew.map(({ fs, names }) => `${fs.device} ${fs.mountpoint} ${fs.type} ${names.join(' ')}`),
          ),
        },
      ],
    }
  },
})
