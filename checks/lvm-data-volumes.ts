import { defineCheck, notApplicable, pass } from '../src/model/check.ts'
import { deviceNamed, isOnRootDisk } from '../src/model/disk-tree.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Volume groups on data disks must survive the rewrite and be activated by the new system. */
export const lvmDataVolumes = defineCheck({
  id: 'lvm-data-volumes',
  domain: 'storage',
  targets: ['containeros'],
  needs: ['lvm', 'disks'],
  severity: 'high',
  title: { en: 'Data disks hold LVM volume groups', zh: '数据盘上有 LVM 卷组' },
  what: {
    en: 'Only the system disk is rewritten; volume groups on other disks stay, provided that Ignition does not wipe them and the image has the LVM tools to activate them. Local volumes of open-local or TopoLVM live there.',
    zh: '重装只改写系统盘，其他磁盘上的卷组会保留，前提是 Ignition 不清空它们，且镜像带有激活卷组所需的 LVM 工具。open-local、TopoLVM 的本地卷就在这些卷组上。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Keep wipeTable and wipeFilesystem false for these disks, and prove that the image activates volume groups at boot.',
        zh: '对这些磁盘保持 wipeTable、wipeFilesystem 为 false，并验证镜像在启动时能激活卷组。',
      },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 10 },
  sources: [
    'https://github.com/coreos/ignition/blob/main/docs/configuration-v3_3.md (wipeTable, wipeFilesystem)',
  ],
  evaluate({ lvm, disks }) {
    if (lvm.volumeGroups.length === 0) return notApplicable('No volume group.', '没有卷组。')
    const onData = lvm.volumeGroups.filter(({ name }) => {
      const physical = lvm.physicalVolumes.filter(({ volumeGroup }) => volumeGroup === name)
      return physical.some((pv) => {
        const device = deviceNamed(disks, pv.name)
        return device === undefined || !isOnRootDisk(disks, device.name)
      })
    })
    if (onData.length === 0) return pass
    const lines = onData.map(
      ({ name }) =>
        `${name}: ${lvm.logicalVolumes
          .filter(({ volumeGroup }) => volumeGroup === name)
          .map((lv) => lv.name)
          .join(' ')}`,
    )
    return {
      status: 'fail',
      here: {
        en: `Volume groups to keep: ${nameSome(onData.map(({ name }) => name))}.`,
        zh: `需要保留的卷组：${nameSome(onData.map(({ name }) => name))}。`,
      },
      evidence: [{ fact: 'lvm', excerpt: excerptOf(lines) }],
    }
  },
})
