import { defineNodeCheck, pass, unknown } from '../src/model/check.ts'
import { nameSome } from '../src/model/excerpt.ts'
import { budgetLine, budgetsOf } from '../src/model/node-budgets.ts'
import { clusterEvidence } from '../src/model/node-evidence.ts'
import { nodePodName, type NodeBudget, type NodePod } from '../src/model/node-view.ts'

/** Budgets that let nothing go because pods are not healthy: the drain waits until somebody repairs them. */
export const budgetUnhealthyPods = defineNodeCheck({
  id: 'budget-unhealthy-pods',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes', 'pods', 'budgets'],
  severity: 'high',
  title: { en: 'Unhealthy pods use up disruption budgets', zh: '不健康的 Pod 耗尽了中断预算' },
  what: {
    en: 'Pods that are not ready count as disrupted already. When they use up a budget, no other pod of it may be evicted, and a pod that crashes again and again is itself kept on the node, unless the budget says unhealthyPodEvictionPolicy: AlwaysAllow (Kubernetes 1.26 and newer).',
    zh: '未就绪的 Pod 已计入中断。预算被耗尽后，该预算下的其他 Pod 不能被驱逐，反复崩溃的 Pod 本身也会滞留在节点上，除非预算设置了 unhealthyPodEvictionPolicy: AlwaysAllow（Kubernetes 1.26 起）。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Repair the pods first. Where they need not be well, set unhealthyPodEvictionPolicy to AlwaysAllow.',
        zh: '先修复这些 Pod；若允许其不健康，可将 unhealthyPodEvictionPolicy 设为 AlwaysAllow。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 0 },
  sources: [
    'https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy',
    'facts: nodes.md 2.2 and 2.3',
  ],
  evaluate({ node }) {
    const closed = budgetsOf(node).filter((budget) => isClosedByIllness(budget) && keeps(budget, node.pods))
    const unwritten = budgetsOf(node).filter(({ numbers }) => numbers === null)
    if (closed.length === 0 && unwritten.length > 0) {
      return unknown(
        'The controller has not looked at some budgets as they are now.',
        '控制器尚未处理部分中断预算的当前版本。',
        clusterEvidence(unwritten.map(budgetLine)),
      )
    }
    if (closed.length === 0) return pass
    const names = nameSome(closed.map(({ namespace, name }) => `${namespace}/${name}`))
    const ill = node.pods.filter(({ ready, budgets }) => !ready && closed.some((one) => covers(one, budgets)))
    return {
      status: 'fail',
      here: {
        en: `These let no pod of this node go until their pods are well: ${names}.`,
        zh: `在其 Pod 恢复之前，以下预算不允许驱逐本节点的 Pod：${names}。`,
      },
      evidence: clusterEvidence([
        ...closed.map(budgetLine),
        ...ill.map((pod) => `${nodePodName(pod)}: not ready, on this node`),
      ]),
    }
  },
})

function isClosedByIllness({ numbers }: NodeBudget): boolean {
  if (numbers === null || numbers.allowed > 0) return false
  return numbers.currentHealthy + numbers.disrupted < numbers.expectedPods
}

/** True when the budget keeps at least one pod here: those that are not ready may go by its policy, or by what is healthy. */
function keeps(budget: NodeBudget, pods: readonly NodePod[]): boolean {
  const { numbers, unhealthyPodEvictionPolicy } = budget
  const letsIllGo =
    unhealthyPodEvictionPolicy === 'AlwaysAllow' ||
    (numbers !== null && numbers.desiredHealthy > 0 && numbers.currentHealthy >= numbers.desiredHealthy)
  return pods.some(({ ready, budgets }) => covers(budget, budgets) && (ready || !letsIllGo))
}

function covers({ namespace, name }: NodeBudget, budgets: readonly NodeBudget[]): boolean {
  return budgets.some((budget) => budget.name === name && budget.namespace === namespace)
}
