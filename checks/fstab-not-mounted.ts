import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { withoutTrailingSlash } from '../src/model/space-of-path.ts'

const optional = ['noauto', 'nofail', 'x-systemd.automount']

/** A line of /etc/fstab that is not mounted now may keep the host from booting. */
export const fstabNotMounted = defineCheck({
  id: 'fstab-not-mounted',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['mounts', 'fstab'],
  severity: 'high',
  title: { en: '/etc/fstab names mounts that are not there', zh: '/etc/fstab 中有未挂载的条目' },
  what: {
    en: 'At boot systemd waits 90 seconds for each missing file system that is neither noauto nor nofail and then drops to the emergency shell. The host was not rebooted since the device went away.',
    zh: '启动时，对于未设 noauto 或 nofail 的缺失文件系统，systemd 会等待 90 秒然后进入紧急模式。说明设备消失后主机一直没有重启过。',
  },
  remedies: [
    {
      kind: 'hint',
      text: { en: 'Mount it, remove the line, or add nofail.', zh: '重新挂载、删除该行，或加上 nofail。' },
    },
    { kind: 'command', argv: ['findmnt', '--verify'] },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 5 },
  sources: ['systemd.mount(5)', 'fstab(5)'],
  evaluate({ mounts, fstab }) {
    const mounted = new Set(mounts.mounts.map(({ target }) => target))
    const absent = fstab.entries.filter(
      ({ target, fstype, options }) =>
        target.startsWith('/') &&
        fstype !== 'swap' &&
        !options.some((option) => optional.includes(option)) &&
        !mounted.has(withoutTrailingSlash(target)),
    )
    if (absent.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `In /etc/fstab but not mounted: ${nameSome(absent.map(({ target }) => target))}.`,
        zh: `/etc/fstab 中有但未挂载：${nameSome(absent.map(({ target }) => target))}。`,
      },
      evidence: [
        {
          fact: 'fstab',
          excerpt: excerptOf(
            absent.map(
              (e) => `/etc/fstab:${e.line}: ${e.source} ${e.target} ${e.fstype} ${e.options.join(',')}`,
            ),
          ),
        },
      ],
    }
  },
})
