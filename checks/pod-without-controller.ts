import { defineNodeCheck, pass } from '../src/model/check.ts'
import { clusterEvidence, podNames } from '../src/model/node-evidence.ts'
import { isMoved, nodePodName } from '../src/model/node-view.ts'

/** Pods that nobody makes again: evicted, they are gone. */
export const podWithoutController = defineNodeCheck({
  id: 'pod-without-controller',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes', 'pods'],
  severity: 'high',
  title: { en: 'Pods have no controller', zh: '存在没有控制器的 Pod' },
  what: {
    en: 'A pod that was created by hand is not made again when it is evicted: the application is gone until somebody creates it once more. osferry drain refuses such pods unless a rule says what to do with them.',
    zh: '手工创建的 Pod 被驱逐后不会自动重建，应用将一直缺失，直到有人重新创建。除非规则另有说明，osferry drain 会拒绝处理此类 Pod。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Put the pod into a Deployment, delete it if nobody needs it, or save it by a drain rule with behavior Save, which creates it again after the move.',
        zh: '改用 Deployment 管理；无人需要则删除；或在排空规则中使用 Save 保存清单，迁移后重新创建。',
      },
    },
  ],
  effort: { onceMinutes: 15, perHostMinutes: 10 },
  sources: [
    'https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/',
    'https://kubernetes.io/docs/reference/kubectl/generated/kubectl_drain/',
    'facts: nodes.md 2.12',
  ],
  evaluate({ node }) {
    // Those of kube-system are a finding of their own.
    const found = node.pods.filter(
      (pod) => isMoved(pod) && pod.control === 'none' && pod.namespace !== 'kube-system',
    )
    if (found.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Gone for good when evicted: ${podNames(found)}.`,
        zh: `驱逐后不会自动重建：${podNames(found)}。`,
      },
      evidence: clusterEvidence(found.map((pod) => `${nodePodName(pod)} ${pod.phase}: no controller`)),
    }
  },
})
