import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'
import type { FactValue } from '../src/model/facts.ts'
import { areKubeletSettingsKnown } from '../src/model/kubelet-settings.ts'

/** kubelet and runtime must agree on who manages the cgroups. */
export const cgroupDriverMismatch = defineCheck({
  id: 'cgroup-driver-mismatch',
  domain: 'runtime',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['kubelet', 'containerRuntimes'],
  severity: 'block',
  title: {
    en: 'kubelet and runtime use different cgroup drivers',
    zh: 'kubelet 与容器运行时的 cgroup 驱动不一致',
  },
  what: {
    en: 'With cgroupfs on one side and systemd on the other two managers write the same cgroup tree: limits are lost, or pods do not start after the next restart of either. On cgroup v2 it always fails.',
    zh: '一方使用 cgroupfs、另一方使用 systemd 时，会有两个管理者同时操作 cgroup 树：资源限制失效，或任何一方重启后 Pod 无法启动。在 cgroup v2 上必定失败。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Set cgroupDriver: systemd in the kubelet’s configuration and SystemdCgroup = true in containerd, with the node drained.',
        zh: '排空节点后，将 kubelet 设为 cgroupDriver: systemd，并将 containerd 设为 SystemdCgroup = true。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 20 },
  sources: [
    'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#cgroup-drivers',
    'https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/configure-cgroup-driver/',
  ],
  evaluate({ kubelet, containerRuntimes }, { degraded }) {
    if (!kubelet.installed) return notApplicable('No kubelet.', '未安装 kubelet。')
    const runtime = runtimeDriver(kubelet, containerRuntimes)
    if (runtime === null || runtime.driver === null) {
      return unknown(
        'The cgroup driver of the runtime could not be read.',
        '无法读取容器运行时的 cgroup 驱动。',
      )
    }
    if (kubelet.cgroupDriver === null && !areKubeletSettingsKnown(kubelet, degraded)) {
      return unknown(
        'The kubelet’s configuration could not be read, so its cgroup driver is not known.',
        '无法读取 kubelet 配置，其 cgroup 驱动未知。',
      )
    }
    if (kubelet.cgroupDriver === null && kubelet.configRead === false) {
      return unknown('The kubelet’s configuration could not be read.', '无法读取 kubelet 的配置。')
    }
    // KubeletConfiguration's default; kubeadm writes systemd since 1.22.
    const kubeletDriver = kubelet.cgroupDriver ?? 'cgroupfs'
    if (kubeletDriver === runtime.driver) return pass
    if (degraded.has('containerRuntimes')) {
      return unknown(
        `Not all settings of ${runtime.name} could be read, so its cgroup driver is not certain.`,
        `${runtime.name} 的部分配置无法读取，其 cgroup 驱动不能确定。`,
      )
    }
    return {
      status: 'fail',
      here: {
        en: `kubelet: ${kubeletDriver}${kubelet.cgroupDriver === null ? ' (its default)' : ''}; ${runtime.name}: ${runtime.driver}.`,
        zh: `kubelet：${kubeletDriver}${kubelet.cgroupDriver === null ? '（默认值）' : ''}；${runtime.name}：${runtime.driver}。`,
      },
      evidence: [
        { fact: 'kubelet', excerpt: `cgroupDriver: ${kubelet.cgroupDriver ?? '(not set)'}` },
        { fact: 'containerRuntimes', excerpt: `${runtime.name}: ${runtime.driver}` },
      ],
    }
  },
})

/** The runtime that the kubelet talks to, by its endpoint; without one, the only active runtime. */
function runtimeDriver(
  kubelet: FactValue<'kubelet'>,
  { docker, containerd, crio }: FactValue<'containerRuntimes'>,
): { name: string; driver: string | null } | null {
  const endpoint = kubelet.runtimeEndpoint ?? ''
  if (docker !== null && (/docker/.test(endpoint) || (endpoint === '' && docker.active))) {
    return { name: 'docker', driver: docker.cgroupDriver }
  }
  if (crio !== null && (/crio/.test(endpoint) || (endpoint === '' && crio.active))) {
    return { name: 'cri-o', driver: crio.cgroupManager }
  }
  if (containerd === null) return null
  // SystemdCgroup is false unless the configuration says otherwise.
  if (containerd.systemdCgroup === null && containerd.configPath === null)
    return { name: 'containerd', driver: null }
  return { name: 'containerd', driver: containerd.systemdCgroup === true ? 'systemd' : 'cgroupfs' }
}
