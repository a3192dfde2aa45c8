import { defineNodeCheck, notApplicable, pass, unknown } from '../src/model/check.ts'
import { budgetOperator } from '../src/model/budget-operators.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { budgetLine, budgetsOf } from '../src/model/node-budgets.ts'

/** Budgets that allow no eviction although all their pods are well: waiting never helps. */
export const budgetNeverAllows = defineNodeCheck({
  id: 'budget-never-allows',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes', 'pods', 'budgets'],
  severity: 'block',
  title: { en: 'Disruption budgets never allow an eviction', zh: '中断预算永远不允许驱逐' },
  what: {
    en: 'A PodDisruptionBudget that asks for as many pods as there are lets none of them go, however long a drain waits. The same happens with maxUnavailable 0, or minAvailable 100%. Budgets that an operator opens by itself when the node is cordoned are told apart: there the drain waits.',
    zh: '若 PodDisruptionBudget 要求的可用 Pod 数等于现有数量，则无论等待多久都不允许驱逐；maxUnavailable 为 0 或 minAvailable 为 100% 时同样如此。由 Operator 在节点封锁后自行放开的预算会单独列出，排空时等待即可。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Run one replica more than the budget asks for, or set maxUnavailable to 1; agree with the owner, and set it back after the move. Do not delete the pod behind the budget’s back.',
        zh: '将副本数增加到比预算要求多一个，或把 maxUnavailable 设为 1；先与负责人确认，迁移后恢复。请勿绕过预算直接删除 Pod。',
      },
    },
    {
      kind: 'command',
      argv: ['kubectl', 'get', 'poddisruptionbudgets', '--all-namespaces'],
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 0 },
  sources: [
    'https://kubernetes.io/docs/tasks/run-application/configure-pdb/#specifying-a-poddisruptionbudget',
    'https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/#troubleshooting-stuck-evictions',
    'facts: nodes.md 2.3, structurally zero as Gardener’s machine-controller-manager tells it',
  ],
  evaluate({ node }) {
    const budgets = budgetsOf(node)
    if (budgets.length === 0)
      return notApplicable('No pod here has a budget.', '本节点上的 Pod 均没有中断预算。')
    const zero = budgets.filter(({ numbers }) => {
      if (numbers === null || numbers.allowed > 0 || numbers.expectedPods === 0) return false
      return numbers.currentHealthy >= numbers.expectedPods && numbers.disrupted === 0
    })
    const operatorOf = ({ owner, labels }: (typeof budgets)[number]): string | undefined =>
      budgetOperator(owner === null ? [] : [owner.group], labels)
    const managed = zero.filter((budget) => operatorOf(budget) !== undefined)
    const stuck = zero.filter((budget) => operatorOf(budget) === undefined)
    const lines = (list: typeof budgets): [{ fact: 'cluster'; excerpt: string }] => [
      { fact: 'cluster', excerpt: excerptOf(list.map(budgetLine)) },
    ]
    const names = (list: typeof budgets): string =>
      nameSome(list.map(({ namespace, name }) => `${namespace}/${name}`))
    if (stuck.length > 0) {
      return {
        status: 'fail',
        here: {
          en: `These never let a pod of this node go: ${names(stuck)}.`,
          zh: `以下预算永远不允许驱逐本节点上的 Pod：${names(stuck)}。`,
        },
        evidence: lines(stuck),
      }
    }
    const unwritten = budgets.filter(({ numbers }) => numbers === null)
    if (unwritten.length > 0) {
      return unknown(
        `The controller has not looked at these as they are now: ${names(unwritten)}.`,
        `控制器尚未处理以下预算的当前版本：${names(unwritten)}。`,
        lines(unwritten),
      )
    }
    if (managed.length === 0) return pass
    const operators = nameSome([...new Set(managed.flatMap((budget) => operatorOf(budget) ?? []))])
    return {
      status: 'fail',
      severity: 'low',
      here: {
        en: `${operators} opens these when the node is cordoned, if another node is free; the drain waits for it: ${names(managed)}.`,
        zh: `节点封锁后，若有其他可用节点，${operators} 会自行放开以下预算，排空时需等待：${names(managed)}。`,
      },
      evidence: lines(managed),
      remedies: [
        {
          kind: 'hint',
          text: {
            en: 'Leave room for the operator: another node that is ready and not cordoned, and a time limit of the drain that is long enough for its switchover.',
            zh: '为 Operator 留出余地：至少有一个就绪且未封锁的其他节点，并为其切换预留足够的排空时限。',
          },
        },
      ],
    }
  },
})
