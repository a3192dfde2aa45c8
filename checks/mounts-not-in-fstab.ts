import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import type { FactValue } from '../src/model/facts.ts'
import { isBelow, withoutTrailingSlash } from '../src/model/space-of-path.ts'

/** Mounts of the container runtime and the kubelet come back by themselves. */
const managed = [
  '/var/lib/kubelet',
  '/var/lib/docker',
  '/var/lib/containerd',
  '/var/lib/containers',
  '/run',
  '/var/run',
]

/** A disk mounted by hand is gone after the reboot that every move needs. */
export const mountsNotInFstab = defineCheck({
  id: 'mounts-not-in-fstab',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['mounts', 'fstab'],
  uses: ['units'],
  severity: 'medium',
  title: { en: 'Mounts that a reboot would lose', zh: '重启后会丢失的挂载' },
  what: {
    en: 'Every move reboots the host. A block device or network file system that is mounted now, but neither in /etc/fstab nor a mount unit, is not mounted afterwards.',
    zh: '任何迁移方式都会重启主机。当前已挂载、但既不在 /etc/fstab 也没有 mount 单元的块设备或网络文件系统，重启后不会再挂载。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Add the mount to /etc/fstab, by UUID, or unmount it. When a mount unit of your own mounts it, nothing is to be done.',
        zh: '按 UUID 写入 /etc/fstab，或者卸载。如果由自建的 mount 单元挂载，则无需处理。',
      },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 5 },
  sources: ['https://github.com/oamg/leapp-repository (checkpersistentmounts)', 'systemd.mount(5)'],
  evaluate({ mounts, fstab, units }) {
    const kept = new Set(fstab.entries.map(({ target }) => withoutTrailingSlash(target)))
    const lost = mounts.mounts.filter(
      ({ source, target, fstype }) =>
        target !== '/' &&
        (source.startsWith('/dev/') || /^(nfs4?|cifs|ceph|glusterfs)$/.test(fstype)) &&
        !source.startsWith('/dev/loop') &&
        !managed.some((directory) => isBelow(target, directory) && target !== directory) &&
        !kept.has(target) &&
        !hasMountUnit(units, target),
    )
    if (lost.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Mounted now but not in /etc/fstab: ${nameSome(lost.map(({ target }) => target))}.`,
        zh: `已挂载但不在 /etc/fstab 中：${nameSome(lost.map(({ target }) => target))}。`,
      },
      evidence: [
        {
          fact: 'mounts',
          excerpt: excerptOf(lost.map((m) => `${m.source} ${m.target} ${m.fstype} ${m.options.join(',')}`)),
        },
      ],
    }
  },
})

/** systemd's name of a mount unit is that of its path (systemd-escape --path); units of /run follow the mount itself. */
function hasMountUnit(units: FactValue<'units'> | undefined, target: string): boolean {
  const name = `${target
    .slice(1)
    .replaceAll('-', String.raw`\x2d`)
    .replaceAll('/', '-')}.mount`
  return units?.units.some((unit) => unit.name === name && unit.path?.startsWith('/run') === false) === true
}
