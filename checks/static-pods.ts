import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** kubeadm writes these again when a control plane node joins. */
const controlPlane = /(^|\/)(etcd|kube-apiserver|kube-controller-manager|kube-scheduler)(\.ya?ml|\.json)?$/

/** Static pods live in a directory of the node: the API cannot bring them back. */
export const staticPods = defineCheck({
  id: 'static-pods',
  domain: 'kubernetes',
  targets: ['containeros'],
  needs: ['kubeadm'],
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
  evaluate({ kubeadm }) {
    const own = kubeadm.staticPods.filter((name) => !controlPlane.test(name))
    if (own.length === 0) return pass
    return {
      status: 'fail',
      here: { en: `Static pods: ${nameSome(own)}.`, zh: `静态 Pod：${nameSome(own)}。` },
      evidence: [{ fact: 'kubeadm', excerpt: excerptOf(own) }],
    }
  },
})
