import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { areKubeletSettingsKnown } from '../src/model/kubelet-settings.ts'

/** A kubelet that fails on swap does not start after the reboot when /etc/fstab turns swap on again. */
export const swapOn = defineCheck({
  id: 'swap-on',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['swap', 'fstab', 'kubelet'],
  severity: 'block',
  title: { en: 'Swap keeps the kubelet from starting', zh: 'swap 会导致 kubelet 无法启动' },
  what: {
    en: 'With failSwapOn, its default, the kubelet refuses to start while swap is on. Swap that was switched off by hand comes back at the reboot of the conversion when it is still in /etc/fstab.',
    zh: 'failSwapOn 默认开启，存在 swap 时 kubelet 拒绝启动。只是手工 swapoff、仍写在 /etc/fstab 中的 swap，会在转换重启后重新启用。',
  },
  remedies: [
    { kind: 'command', argv: ['swapoff', '--all'] },
    {
      kind: 'command',
      argv: [
        'sed',
        '--in-place=.osferry',
        '-E',
        String.raw`s/^[^#].*[[:space:]]swap[[:space:]].*/#&/`,
        '/etc/fstab',
      ],
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 3 },
  sources: ['https://kubernetes.io/docs/concepts/cluster-administration/swap-memory-management/', 'fstab(5)'],
  evaluate({ swap, fstab, kubelet }, { degraded }) {
    if (!kubelet.installed) return notApplicable('No kubelet.', '未安装 kubelet。')
    if (kubelet.failSwapOn === false) return pass
    const inFstab = fstab.entries.filter(
      ({ fstype, options }) => fstype === 'swap' && !options.includes('noauto'),
    )
    if (swap.devices.length === 0 && inFstab.length === 0) return pass
    if (kubelet.failSwapOn === null && !areKubeletSettingsKnown(kubelet, degraded)) {
      return unknown(
        'Swap is in use, and the kubelet’s configuration, which may allow it, could not be read.',
        '主机使用 swap，而 kubelet 配置（其中可能允许 swap）无法读取。',
      )
    }
    const names = nameSome([...swap.devices.map(({ name }) => name), ...inFstab.map(({ source }) => source)])
    return {
      status: 'fail',
      here: {
        en: `Swap ${swap.devices.length > 0 ? 'is on' : 'comes back at the next boot'}: ${names}.`,
        zh: `swap ${swap.devices.length > 0 ? '已启用' : '将在下次启动时恢复'}：${names}。`,
      },
      evidence: [
        ...(swap.devices.length === 0
          ? []
          : [
              {
                fact: 'swap' as const,
                excerpt: excerptOf(swap.devices.map((d) => `${d.name} ${d.type} ${d.sizeKiB} KiB`)),
              },
            ]),
        ...(inFstab.length === 0
          ? []
          : [
              {
                fact: 'fstab' as const,
                excerpt: excerptOf(inFstab.map((e) => `/etc/fstab:${e.line}: ${e.source} ${e.target} swap`)),
              },
            ]),
      ],
    }
  },
})
