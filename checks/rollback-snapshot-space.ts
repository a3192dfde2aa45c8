import { defineCheck, notApplicable, pass } from '../src/model/check.ts'

const neededRatio = 0.2

/** A snapshot of the root volume is the fastest way back; it needs free extents in the volume group. */
export const rollbackSnapshotSpace = defineCheck({
  id: 'rollback-snapshot-space',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['lvm', 'disks'],
  severity: 'low',
  title: { en: 'No room for a snapshot of the root volume', zh: '没有空间为根卷创建快照' },
  what: {
    en: 'An in-place conversion rewrites most of the system. A snapshot that is to hold the old state needs free space of about a fifth of the root volume; when it overflows, it is worthless.',
    zh: '就地转换会改写系统的大部分内容。用于保存旧状态的快照约需根卷五分之一的空闲空间，一旦写满即失效。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Extend the volume group, or use a snapshot of the hypervisor or a backup as the means of rollback.',
        zh: '扩展卷组，或以虚拟化平台快照、备份作为回滚手段。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 10 },
  sources: ['https://github.com/redhat-cop/infra.lvm_snapshots', 'lvcreate(8)'],
  evaluate({ lvm, disks }) {
    const root = disks.devices.find(({ mountpoint, type }) => mountpoint === '/' && type === 'lvm')
    const volume = lvm.logicalVolumes.find(
      ({ name, volumeGroup }) => root?.path === `/dev/mapper/${mapped(volumeGroup)}-${mapped(name)}`,
    )
    const group = lvm.volumeGroups.find(({ name }) => name === volume?.volumeGroup)
    if (volume === undefined || group === undefined) {
      return notApplicable('The root file system is not on LVM.', '根文件系统不在 LVM 上。')
    }
    const needed = volume.sizeBytes * neededRatio
    if (group.freeBytes >= needed) return pass
    const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(1)
    return {
      status: 'fail',
      here: {
        en: `${group.name} has ${gib(group.freeBytes)} GiB free; a snapshot of ${volume.name} needs about ${gib(needed)} GiB.`,
        zh: `卷组 ${group.name} 空闲 ${gib(group.freeBytes)} GiB，为 ${volume.name} 创建快照约需 ${gib(needed)} GiB。`,
      },
      evidence: [
        {
          fact: 'lvm',
          excerpt: `${group.name} free ${group.freeBytes} bytes, ${volume.name} ${volume.sizeBytes} bytes`,
        },
      ],
    }
  },
})

/** Device mapper doubles the hyphens of group and volume names. */
function mapped(name: string): string {
  return name.replaceAll('-', '--')
}
