import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'
import { areKubeletSettingsKnown } from '../src/model/kubelet-settings.ts'

/** The cgroupfs driver beside systemd: discouraged on v1, wrong on v2. */
export const cgroupfsDriver = defineCheck({
  id: 'cgroupfs-driver',
  domain: 'runtime',
  targets: ['anolis-anck', 'containeros'],
  needs: ['kubelet', 'cgroup'],
  severity: 'medium',
  title: { en: 'The kubelet uses the cgroupfs driver', zh: 'kubelet 使用 cgroupfs 驱动' },
  what: {
    en: 'Where systemd is init, Kubernetes recommends the systemd driver, and cgroup v2 requires it. A new system with cgroup v2 or a runtime set to systemd does not start the pods of a kubelet that kept cgroupfs.',
    zh: '以 systemd 为 init 的系统上，Kubernetes 推荐使用 systemd 驱动，cgroup v2 则必须使用。若新系统采用 cgroup v2，或运行时已设为 systemd，沿用 cgroupfs 的 kubelet 无法启动 Pod。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Change the driver together with the move: the node is drained and restarted anyway.',
        zh: '借迁移时机一并更换驱动，反正节点也要排空并重启。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 5 },
  sources: ['https://kubernetes.io/docs/setup/production-environment/container-runtimes/#cgroup-drivers'],
  evaluate({ kubelet, cgroup }, { target, degraded }) {
    if (!kubelet.installed) return notApplicable('No kubelet.', '未安装 kubelet。')
    if (kubelet.cgroupDriver === 'systemd') return pass
    if (kubelet.cgroupDriver === null && !areKubeletSettingsKnown(kubelet, degraded)) {
      return unknown('The kubelet’s configuration could not be read.', '无法读取 kubelet 配置。')
    }
    return {
      status: 'fail',
      severity: target === 'containeros' || cgroup.mode === 'v2' ? 'medium' : 'low',
      here: {
        en: `cgroupDriver is ${kubelet.cgroupDriver ?? 'not set, which means cgroupfs'}; the host is on cgroup ${cgroup.mode}.`,
        zh: `cgroupDriver ${kubelet.cgroupDriver === null ? '未设置，即 cgroupfs' : `为 ${kubelet.cgroupDriver}`}；主机使用 cgroup ${cgroup.mode}。`,
      },
      evidence: [{ fact: 'kubelet', excerpt: `cgroupDriver: ${kubelet.cgroupDriver ?? '(not set)'}` }],
    }
  },
})
