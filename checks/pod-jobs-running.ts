import { defineNodeCheck, pass } from '../src/model/check.ts'
import { clusterEvidence, workloadNames } from '../src/model/node-evidence.ts'
import { isMoved, nodePodName } from '../src/model/node-view.ts'

/** Jobs that run on the node: an eviction starts them again from the beginning. */
export const podJobsRunning = defineNodeCheck({
  id: 'pod-jobs-running',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes', 'pods'],
  severity: 'low',
  title: { en: 'Jobs are running on this node', zh: '本节点上有正在运行的 Job' },
  what: {
    en: 'An evicted pod of a Job counts as failed, unless the Job says otherwise: the work starts again elsewhere, and a Job with a small backoffLimit may fail for good.',
    zh: '被驱逐的 Job Pod 默认计为失败：任务会在其他节点从头开始，backoffLimit 较小的 Job 可能因此彻底失败。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Let them end first: a drain rule with behavior WaitCompleted waits for them; suspend CronJobs for the time of the move.',
        zh: '先等待其结束：排空规则中使用 WaitCompleted；迁移期间暂停 CronJob。',
      },
    },
  ],
  effort: { onceMinutes: 10, perHostMinutes: 5 },
  sources: [
    'https://kubernetes.io/docs/concepts/workloads/controllers/job/#handling-pod-and-container-failures',
    'facts: nodes.md 2.5',
  ],
  evaluate({ node }) {
    const found = node.pods.filter(
      (pod) => isMoved(pod) && ['Job', 'CronJob'].includes(pod.owner?.kind ?? ''),
    )
    if (found.length === 0) return pass
    return {
      status: 'fail',
      here: { en: `Running: ${workloadNames(found)}.`, zh: `正在运行：${workloadNames(found)}。` },
      evidence: clusterEvidence(
        found.map((pod) => `${nodePodName(pod)} ${pod.phase} since ${pod.createdAt ?? '-'}`),
      ),
    }
  },
})
