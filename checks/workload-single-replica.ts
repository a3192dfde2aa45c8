import { defineNodeCheck, pass } from '../src/model/check.ts'
import { clusterEvidence, workloadNames } from '../src/model/node-evidence.ts'
import { isMoved, nodePodName } from '../src/model/node-view.ts'

/** Workloads with one pod, and that one here: they are down while it moves. */
export const workloadSingleReplica = defineNodeCheck({
  id: 'workload-single-replica',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes', 'pods', 'workloads'],
  severity: 'medium',
  title: { en: 'Workloads have their only replica here', zh: '工作负载的唯一副本位于本节点' },
  what: {
    en: 'An eviction ends the pod before another one starts. A workload with one replica is away from the eviction until the new pod is ready.',
    zh: '驱逐会先结束旧 Pod，再启动新 Pod。单副本工作负载从驱逐开始到新 Pod 就绪期间不可用。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Scale to two replicas for the move; or cordon the node and restart the rollout with maxSurge of at least 1, so that the new pod starts elsewhere first; or agree on a window.',
        zh: '迁移期间扩容到两个副本；或先封锁节点，再以不小于 1 的 maxSurge 重启发布，使新 Pod 先在其他节点启动；或与负责人约定窗口。',
      },
    },
  ],
  effort: { onceMinutes: 15, perHostMinutes: 5 },
  sources: [
    'https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#dealing-with-disruptions',
    'https://github.com/kubernetes/kubernetes/issues/66811',
    'facts: nodes.md 2.3 and 3, wish 6',
  ],
  evaluate({ node }) {
    const found = node.pods.filter(
      (pod) =>
        isMoved(pod) &&
        pod.replicas !== null &&
        !['Job', 'CronJob'].includes(pod.owner?.kind ?? '') &&
        pod.replicas.here === 1 &&
        pod.replicas.elsewhere === 0,
    )
    if (found.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Away while the pod moves: ${workloadNames(found)}.`,
        zh: `Pod 迁移期间将不可用：${workloadNames(found)}。`,
      },
      evidence: clusterEvidence(
        found.map((pod) => `${nodePodName(pod)}: 1 of ${pod.replicas?.wanted ?? '?'} replicas`),
      ),
    }
  },
})
