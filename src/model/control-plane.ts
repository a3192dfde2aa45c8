import type { ClusterNode } from './cluster-nodes.ts'
import type { ClusterPod } from './cluster-pods.ts'

/** Sources: kubeadm's labels, the older one until 1.24. */
export function isControlPlane({ labels }: Pick<ClusterNode, 'labels'>): boolean {
  return ['control-plane', 'master'].some((role) => Object.hasOwn(labels, `node-role.kubernetes.io/${role}`))
}

/** Static pods as kubeadm makes them: https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/ */
export function isEtcdPod({
  namespace,
  labels,
  control,
}: Pick<ClusterPod, 'namespace' | 'labels' | 'control'>): boolean {
  return control === 'mirror' && namespace === 'kube-system' && labels['component'] === 'etcd'
}
