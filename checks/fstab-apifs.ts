import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

const apiMounts = ['/proc', '/sys', '/dev', '/run', '/dev/pts', '/sys/fs/cgroup']

/** /etc/fstab lines for /proc, /sys, /run override what systemd mounts by itself. */
export const fstabApifs = defineCheck({
  id: 'fstab-apifs',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['fstab'],
  severity: 'medium',
  title: { en: '/etc/fstab overrides kernel file systems', zh: '/etc/fstab 覆盖了内核文件系统挂载' },
  what: {
    en: 'systemd mounts /proc, /sys, /dev, /run and the cgroups by itself. Lines of /etc/fstab with other options for them change isolation or break the boot of another kernel.',
    zh: '/proc、/sys、/dev、/run 和 cgroup 由 systemd 自行挂载。在 /etc/fstab 中为它们另设选项，可能改变隔离性，或导致新内核启动失败。',
  },
  remedies: [
    { kind: 'hint', text: { en: 'Remove these lines from /etc/fstab.', zh: '从 /etc/fstab 中删除这些行。' } },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 3 },
  sources: [
    'https://systemd.io/API_FILE_SYSTEMS/',
    'https://github.com/oamg/leapp-repository (checkfstabapifsoverride)',
  ],
  evaluate({ fstab }) {
    const found = fstab.entries.filter(({ target }) => apiMounts.includes(target))
    if (found.length === 0) return pass
    const targets = nameSome(found.map(({ target }) => target))
    return {
      status: 'fail',
      here: { en: `/etc/fstab mounts ${targets}.`, zh: `/etc/fstab 中挂载了 ${targets}。` },
      evidence: [
        {
          fact: 'fstab',
          excerpt: excerptOf(
            found.map(
              (e) => `/etc/fstab:${e.line}: ${e.source} ${e.target} ${e.fstype} ${e.options.join(',')}`,
            ),
          ),
        },
      ],
    }
  },
})
