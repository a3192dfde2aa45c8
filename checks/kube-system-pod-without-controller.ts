import { defineNodeCheck, pass } from '../src/model/check.ts'
import { clusterEvidence, podNames } from '../src/model/node-evidence.ts'
import { isMoved, nodePodName } from '../src/model/node-view.ts'

/** Pods of kube-system that nobody makes again: parts of the cluster itself. */
export const kubeSystemPodWithoutController = defineNodeCheck({
  id: 'kube-system-pod-without-controller',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes', 'pods'],
  severity: 'high',
  title: { en: 'Pods of kube-system have no controller', zh: 'kube-system 中存在没有控制器的 Pod' },
  what: {
    en: 'kube-system holds what the cluster runs on: DNS, networking, storage. A pod there without a controller is the trace of a repair or an installation by hand; once evicted it is missing for everybody. Static pods of the kubelet are not meant.',
    zh: 'kube-system 中是集群赖以运行的组件：DNS、网络、存储。其中没有控制器的 Pod 多为手工修复或安装的遗留，一旦被驱逐，整个集群都会受影响。kubelet 的静态 Pod 不在此列。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Find out what it does and put it under a controller before the node is drained.',
        zh: '在排空节点之前查明其用途，并纳入控制器管理。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 0 },
  sources: [
    'https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces',
    'https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/',
  ],
  evaluate({ node }) {
    const found = node.pods.filter(
      (pod) => isMoved(pod) && pod.control === 'none' && pod.namespace === 'kube-system',
    )
    if (found.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `The cluster loses these when they are evicted: ${podNames(found)}.`,
        zh: `驱逐后集群将失去以下 Pod：${podNames(found)}。`,
      },
      evidence: clusterEvidence(found.map((pod) => `${nodePodName(pod)} ${pod.phase}: no controller`)),
    }
  },
})
