import type { Loose } from './memory-objects.ts'

/** The mirror pod of a member of etcd, as kubeadm has it. */
export function etcdPod(node: string, isReady: boolean): Loose {
  return {
    metadata: {
      namespace: 'kube-system',
      name: `etcd-${node}`,
      uid: `uid-etcd-${node}`,
      labels: { component: 'etcd', tier: 'control-plane' },
      annotations: { 'kubernetes.io/config.mirror': 'abc' },
    },
    spec: { nodeName: node },
    status: { phase: 'Running', ...readyOf(isReady) },
  }
}

/** As much of a status as tells whether something is ready. */
export function readyOf(isReady: boolean): { conditions: { type: string; status: string }[] } {
  return { conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] }
}
