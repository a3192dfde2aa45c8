import { defineNodeCheck, pass } from '../src/model/check.ts'
import { clusterEvidence, workloadNames } from '../src/model/node-evidence.ts'
import { isMoved } from '../src/model/node-view.ts'

/** Workloads with several pods, all of them here: replicas that do not help. */
export const workloadOnOneNode = defineNodeCheck({
  id: 'workload-on-one-node',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes', 'pods', 'budgets'],
  severity: 'medium',
  worstSeverity: 'high',
  title: { en: 'All replicas of a workload are on this node', zh: '工作负载的全部副本都在本节点' },
  what: {
    en: 'Draining the node touches every replica. Without a budget all of them may be evicted at the same moment, and the workload is away until new ones are ready; a budget makes the drain go one by one.',
    zh: '排空本节点会影响全部副本。没有中断预算时，所有副本可能同时被驱逐，直到新副本就绪前工作负载不可用；有预算时会逐个驱逐。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Spread the replicas (topologySpreadConstraints or anti-affinity on kubernetes.io/hostname), restart the rollout, and give the workload a budget with maxUnavailable 1.',
        zh: '使用 topologySpreadConstraints 或基于 kubernetes.io/hostname 的反亲和性打散副本并重启发布，同时为其设置 maxUnavailable 为 1 的中断预算。',
      },
    },
  ],
  effort: { onceMinutes: 20, perHostMinutes: 0 },
  sources: [
    'https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/',
    'https://github.com/kubernetes/kubernetes/issues/31487',
    'facts: nodes.md 2.8 rule 5',
  ],
  evaluate({ node }) {
    const found = node.pods.filter(
      (pod) =>
        isMoved(pod) &&
        !['Job', 'CronJob'].includes(pod.owner?.kind ?? '') &&
        pod.replicas !== null &&
        pod.replicas.here > 1 &&
        pod.replicas.elsewhere === 0,
    )
    if (found.length === 0) return pass
    const bare = found.filter(({ budgets }) => budgets.length === 0)
    const note =
      bare.length === 0
        ? { en: '', zh: '' }
        : {
            en: ` Without a budget, all at once: ${workloadNames(bare)}.`,
            zh: `没有预算、可能同时被驱逐：${workloadNames(bare)}。`,
          }
    return {
      status: 'fail',
      severity: bare.length === 0 ? 'medium' : 'high',
      here: {
        en: `No replica elsewhere: ${workloadNames(found)}.${note.en}`,
        zh: `其他节点上没有副本：${workloadNames(found)}。${note.zh}`,
      },
      evidence: clusterEvidence(
        [...new Map(found.map((pod) => [pod.owner?.uid, pod])).values()].map(
          (pod) => `${workloadNames([pod])}: ${pod.replicas?.here} pods, all on ${node.name}`,
        ),
      ),
    }
  },
})
