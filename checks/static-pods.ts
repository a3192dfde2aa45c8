import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import type { FactValue } from '../src/model/facts.ts'
import { areKubeletSettingsKnown } from '../src/model/kubelet-settings.ts'

/** kubeadm writes these again when a control plane node joins. */
const controlPlane = /(^|\/)(etcd|kube-apiserver|kube-controller-manager|kube-scheduler)(\.ya?ml|\.json)?$/

/** Static pods live in a directory of the node: the API cannot bring them back. */
export const staticPods = defineCheck({
  id: 'static-pods',
  domain: 'kubernetes',
  targets: ['containeros'],
  needs: ['kubeadm', 'kubelet'],
  // Of the kubelet only matters where it looks for static pods.
  toleratesDegraded: ['kubelet'],
  severity: 'high',
  title: { en: 'Static pods must be carried over', zh: '静态 Pod 需要随迁' },
  what: {
    en: 'Manifests of static pods are files of this host, for example kube-lvscare, keepalived or haproxy in front of the API server. Without them the new node may not even reach the API server.',
    zh: '静态 Pod 的清单是本机文件，例如 API Server 前端的 kube-lvscare、keepalived、haproxy。缺少它们，新节点可能连 API Server 都无法访问。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Write the manifests and their configuration by Ignition to /etc/kubernetes/manifests.',
        zh: '由 Ignition 将清单及其配置写入 /etc/kubernetes/manifests。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 3 },
  sources: [
    'https://kubernetes.io/docs/tasks/configure-pod-container/static-pod/',
    'https://github.com/sealerio/sealer',
  ],
  evaluate({ kubeadm, kubelet }, { degraded }) {
    const own = kubeadm.staticPods.filter((name) => !controlPlane.test(name))
    if (own.length === 0 && kubelet.installed) {
      if (kubelet.staticPodPath === null && !areKubeletSettingsKnown(kubelet, degraded)) {
        return unknown(
          'The kubelet’s configuration could not be read, so its directory of static pods is not known.',
          '无法读取 kubelet 配置，其静态 Pod 目录未知。',
        )
      }
      if (kubelet.staticPodPath !== null && !isListed(kubelet.staticPodPath, kubeadm)) {
        return unknown(
          `The kubelet takes static pods from ${kubelet.staticPodPath}, which was not listed.`,
          `kubelet 从 ${kubelet.staticPodPath} 读取静态 Pod，但该目录未被列出。`,
          [{ fact: 'kubelet', excerpt: `staticPodPath: ${kubelet.staticPodPath}` }],
        )
      }
    }
    if (own.length === 0) return pass
    return {
      status: 'fail',
      here: { en: `Static pods: ${nameSome(own)}.`, zh: `静态 Pod：${nameSome(own)}。` },
      evidence: [{ fact: 'kubeadm', excerpt: excerptOf(own) }],
    }
  },
})

function isListed(path: string, { staticPodDirectories }: FactValue<'kubeadm'>): boolean {
  const listed = staticPodDirectories ?? ['/etc/kubernetes/manifests']
  return listed.some((directory) => bare(directory) === bare(path))
}

function bare(path: string): string {
  return path.replace(/\/+$/, '')
}
