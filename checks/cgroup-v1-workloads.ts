import { defineCheck, notApplicable, pass } from '../src/model/check.ts'
import { kubernetesVersion } from '../src/model/kubernetes-version.ts'

/** From cgroup v1 to v2: old kubelets, Java and Go programs read files that are no longer there. */
export const cgroupV1Workloads = defineCheck({
  id: 'cgroup-v1-workloads',
  domain: 'runtime',
  targets: ['containeros'],
  needs: ['cgroup', 'kubelet'],
  severity: 'low',
  title: { en: 'Workloads may meet cgroup v2', zh: '业务可能会切换到 cgroup v2' },
  what: {
    en: 'An immutable image may boot with cgroup v2. Kubernetes supports it since 1.25; Java before 8u372, 11.0.16 and 15, and programs that read /sys/fs/cgroup/memory themselves, then see no limits and are killed.',
    zh: '不可变镜像可能默认使用 cgroup v2。Kubernetes 自 1.25 起正式支持；早于 8u372、11.0.16、15 的 Java，以及自行读取 /sys/fs/cgroup/memory 的程序会识别不到限制而被 OOM 杀死。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Probe the image (`stat -fc %T /sys/fs/cgroup`); keep v1 by systemd.unified_cgroup_hierarchy=0 until the workloads are ready.',
        zh: '先探测镜像（`stat -fc %T /sys/fs/cgroup`）；业务就绪之前可用 systemd.unified_cgroup_hierarchy=0 保持 v1。',
      },
    },
  ],
  effort: { onceMinutes: 480, perHostMinutes: 0 },
  sources: ['https://kubernetes.io/docs/concepts/architecture/cgroups/'],
  evaluate({ cgroup, kubelet }) {
    if (!kubelet.installed) return notApplicable('No kubelet.', '未安装 kubelet。')
    if (cgroup.mode === 'v2') return pass
    const version = kubernetesVersion(kubelet.version)
    const tooOld = version !== null && version.major === 1 && version.minor < 25
    return {
      status: 'fail',
      severity: tooOld ? 'medium' : 'low',
      here: {
        en: `The host is on cgroup ${cgroup.mode}${tooOld ? `, and kubelet ${kubelet.version} predates the support of v2` : ''}.`,
        zh: `主机使用 cgroup ${cgroup.mode}${tooOld ? `，且 kubelet ${kubelet.version} 早于正式支持 v2 的版本` : ''}。`,
      },
      evidence: [
        { fact: 'cgroup', excerpt: `mode: ${cgroup.mode}; controllers: ${cgroup.controllers.join(' ')}` },
      ],
    }
  },
})
