import { defineCheck, notApplicable, pass } from '../src/model/check.ts'
import { excerptOf } from '../src/model/excerpt.ts'

const settings = ['net.ipv4.ip_forward', 'net.bridge.bridge-nf-call-iptables'] as const

/** Kernel settings that Kubernetes needs, and that were set by hand: they are gone after the reboot. */
export const bridgeNetfilterPersistent = defineCheck({
  id: 'bridge-netfilter-persistent',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['sysctl', 'moduleConfig', 'kubelet'],
  // Of the kubelet only matters whether it is installed.
  toleratesDegraded: ['kubelet'],
  severity: 'high',
  title: { en: 'Network settings of the node are not persistent', zh: '节点网络参数未持久化' },
  what: {
    en: 'Kubernetes needs ip_forward and bridge-nf-call-iptables, and the module br_netfilter that provides the latter. Values that no file sets, and a module that nothing loads, are gone after the reboot, and Services stop working on this node.',
    zh: 'Kubernetes 需要 ip_forward、bridge-nf-call-iptables 以及提供后者的 br_netfilter 模块。未写入文件的参数和未配置加载的模块会在重启后丢失，该节点上的 Service 将失效。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Put both keys into /etc/sysctl.d/k8s.conf and br_netfilter into /etc/modules-load.d/k8s.conf.',
        zh: '将两个参数写入 /etc/sysctl.d/k8s.conf，将 br_netfilter 写入 /etc/modules-load.d/k8s.conf。',
      },
    },
    { kind: 'command', argv: ['sysctl', '--system'] },
  ],
  effort: { onceMinutes: 5, perHostMinutes: 2 },
  sources: [
    'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#prerequisite-ipv4-forwarding-optional',
  ],
  evaluate({ sysctl, moduleConfig, kubelet }) {
    if (!kubelet.installed) return notApplicable('No kubelet.', '未安装 kubelet。')
    const final = new Map(sysctl.files.map(({ key, value }) => [key.replaceAll('/', '.'), value.trim()]))
    const unset = settings.flatMap((key) => {
      const stored = final.get(key)
      return stored === '1'
        ? []
        : [`${key}: live ${sysctl.live[key] ?? '-'}, in files ${stored ?? 'not set'}`]
    })
    const loaded = moduleConfig.load.some(({ module }) => module.replaceAll('-', '_') === 'br_netfilter')
    const problems = loaded ? unset : [...unset, 'br_netfilter: not in modules-load.d']
    if (problems.length === 0) return pass
    const list = problems.join('; ')
    return {
      status: 'fail',
      here: { en: `After a reboot: ${list}.`, zh: `重启后：${list}。` },
      evidence: [{ fact: unset.length > 0 ? 'sysctl' : 'moduleConfig', excerpt: excerptOf(problems) }],
    }
  },
})
