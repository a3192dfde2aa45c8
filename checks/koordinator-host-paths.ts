import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf } from '../src/model/excerpt.ts'

/** koordlet mounts a host path below /usr/local, and its runtime proxy stands between kubelet and containerd. */
export const koordinatorHostPaths = defineCheck({
  id: 'koordinator-host-paths',
  domain: 'kubernetes',
  targets: ['containeros'],
  needs: ['cloudNative'],
  uses: ['kubelet'],
  severity: 'medium',
  worstSeverity: 'high',
  title: { en: 'Koordinator needs changed host paths', zh: 'Koordinator 的主机路径需要调整' },
  what: {
    en: 'The chart of koordlet mounts /usr/local/vgpu/containers from the host, which cannot be created on a read-only root: the pod never starts. A kubelet that talks to koord-runtime-proxy must find it on the new system, too.',
    zh: 'koordlet 的 chart 会挂载主机路径 /usr/local/vgpu/containers，在只读根文件系统上无法创建，Pod 将一直无法启动。若 kubelet 连接的是 koord-runtime-proxy，新系统上也必须有它。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Override the vgpu hostPath to a directory below /var, and point the kubelet to containerd or carry the proxy.',
        zh: '将 vgpu 的 hostPath 改到 /var 之下；kubelet 改连 containerd，或随迁该代理。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 0 },
  sources: ['https://github.com/koordinator-sh/koordinator'],
  evaluate({ cloudNative, kubelet }) {
    const found = cloudNative.systems.find(({ id }) => id === 'koordinator')
    if (found === undefined) return pass
    const proxied = kubelet?.runtimeEndpoint?.includes('koord-runtimeproxy') === true
    return {
      status: 'fail',
      severity: proxied ? 'high' : 'medium',
      here: {
        en: `Koordinator runs here (${found.evidence})${proxied ? '; the kubelet uses its runtime proxy' : ''}.`,
        zh: `本机运行 Koordinator（${found.evidence}）${proxied ? '，kubelet 使用其 runtime proxy' : ''}。`,
      },
      evidence: [
        { fact: 'cloudNative', excerpt: excerptOf([`koordinator: ${found.evidence}`]) },
        ...(proxied ? [{ fact: 'kubelet' as const, excerpt: kubelet?.runtimeEndpoint ?? '' }] : []),
      ],
    }
  },
})
