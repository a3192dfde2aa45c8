import { defineNodeCheck, pass } from '../src/model/check.ts'
import { clusterEvidence, podNames } from '../src/model/node-evidence.ts'
import { nodePodName } from '../src/model/node-view.ts'

/** Pods that two budgets cover: the server refuses every eviction of them. */
export const budgetsOverlap = defineNodeCheck({
  id: 'budgets-overlap',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes', 'pods', 'budgets'],
  severity: 'block',
  title: { en: 'Pods are covered by more than one budget', zh: 'Pod 同时被多个中断预算覆盖' },
  what: {
    en: 'The eviction API does not support a pod that several PodDisruptionBudgets select: it answers with an error each time, whatever the budgets would allow. Such a node cannot be drained.',
    zh: '驱逐 API 不支持被多个 PodDisruptionBudget 选中的 Pod：无论预算是否允许，每次都会返回错误，节点无法排空。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Keep one budget for each pod: narrow the selector of the other one, or delete it, with its owner’s consent.',
        zh: '每个 Pod 只保留一个预算：征得负责人同意后，缩小另一个预算的选择器或将其删除。',
      },
    },
  ],
  effort: { onceMinutes: 20, perHostMinutes: 0 },
  sources: [
    'https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-controllers-and-selectors',
    'https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/#how-api-initiated-eviction-works',
    'facts: nodes.md 2.2, the 500 for more than one PodDisruptionBudget',
  ],
  evaluate({ node }) {
    const found = node.pods.filter(({ budgets }) => budgets.length > 1)
    if (found.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Every eviction of these will be refused: ${podNames(found)}.`,
        zh: `对以下 Pod 的驱逐都会被拒绝：${podNames(found)}。`,
      },
      evidence: clusterEvidence(
        found.map((pod) => `${nodePodName(pod)}: ${pod.budgets.map(({ name }) => name).join(', ')}`),
      ),
    }
  },
})
