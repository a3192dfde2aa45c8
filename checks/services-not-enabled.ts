import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Running now, but not enabled: the service does not come back after the reboot. */
export const servicesNotEnabled = defineCheck({
  id: 'services-not-enabled',
  domain: 'services',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['kubelet', 'containerRuntimes'],
  severity: 'high',
  title: { en: 'Node services would not start after a reboot', zh: '节点服务重启后不会自动启动' },
  what: {
    en: 'A kubelet or container runtime that was started by hand and is not enabled stays down after the reboot of the conversion, and the node stays NotReady.',
    zh: '手工启动且未设为开机自启的 kubelet 或容器运行时，在转换重启后不会启动，节点将一直 NotReady。',
  },
  remedies: [{ kind: 'command', argv: ['systemctl', 'enable', 'kubelet', 'containerd'] }],
  effort: { onceMinutes: 0, perHostMinutes: 1 },
  sources: [
    'systemctl(1)',
    'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/',
  ],
  evaluate({ kubelet, containerRuntimes: { docker, containerd, crio } }) {
    const rows = [
      { name: 'kubelet', state: kubelet.installed ? kubelet : null },
      { name: 'docker', state: docker },
      // docker.service starts a containerd that is not enabled itself.
      { name: 'containerd', state: docker?.enabled === true ? null : containerd },
      { name: 'crio', state: crio },
    ]
    const loose = rows.filter(({ state }) => state !== null && state.active && !state.enabled)
    if (loose.length === 0) return pass
    const names = loose.map(({ name }) => name)
    return {
      status: 'fail',
      here: {
        en: `Running but not enabled: ${nameSome(names)}.`,
        zh: `正在运行但未设为自启：${nameSome(names)}。`,
      },
      evidence: [
        {
          fact: names[0] === 'kubelet' ? 'kubelet' : 'containerRuntimes',
          excerpt: excerptOf(names.map((name) => `${name}.service active, not enabled`)),
        },
      ],
      remedies: [{ kind: 'command', argv: ['systemctl', 'enable', ...names] }],
    }
  },
})
