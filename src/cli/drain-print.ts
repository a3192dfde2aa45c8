import { budgetKey, budgetsOf, type DrainBudget } from '../model/drain-budget.ts'
import type { Text } from '../model/text.ts'
import { goes, type DrainPlan, type Notice } from '../steps/drain-preflight.ts'
import type { NodeOutcome } from '../steps/drain-nodes.ts'
import { failureText } from '../steps/drain-texts.ts'
import { stepTexts } from '../steps/escalation-texts.ts'
import { noticeTexts } from '../steps/notice-texts.ts'
import { podClasses } from '../steps/pod-class.ts'
import type { CommandContext } from './context.ts'
import type { CommandExit } from './define-command.ts'

import { fewNames } from '../model/few-names.ts'
import { classTitles, cordonFoundText, resultTexts } from './messages-drain.ts'
import { podText } from './messages-restore.ts'
import { isForMachines, printDocument, printList, type Column } from './output.ts'
import { renderTable } from './table.ts'

/** A budget that the drain of some nodes costs. */
interface BudgetRow {
  budget: DrainBudget
  pods: number
}

/** The plan as people read it: pods by class, budgets, and every pod that stands in the way. */
export function planText(
  context: CommandContext,
  plans: readonly DrainPlan[],
  budgets: readonly DrainBudget[],
): string {
  const { say } = context
  const options = { columns: context.columns, colour: false }
  const count = (plan: DrainPlan, wanted: string): string =>
    String(plan.pods.filter((pod) => pod.class === wanted).length)
  const going = (plan: DrainPlan): string => String(plan.pods.filter(goes).length)
  const classes = podClasses.filter(
    (name) => name !== 'unknown' || plans.some((plan) => count(plan, name) !== '0'),
  )
  const parts = [
    renderTable(
      [
        say({ en: 'NODE', zh: '节点' }),
        say({ en: 'TO GO', zh: '将离开' }),
        ...classes.map((name) => say(classTitles[name])),
      ],
      plans.map((plan) => [plan.node, going(plan), ...classes.map((name) => count(plan, name))]),
      options,
    ),
  ]
  const rows = budgetRows(plans, budgets)
  if (rows.length > 0) {
    parts.push(
      renderTable(
        [
          say({ en: 'BUDGET', zh: '中断预算' }),
          say({ en: 'RULE', zh: '规则' }),
          say({ en: 'ALLOWED', zh: '允许' }),
          say({ en: 'HEALTHY', zh: '健康' }),
          say({ en: 'PODS HERE', zh: '本次涉及' }),
        ],
        rows.map(({ budget, pods }) => [
          budgetKey(budget),
          budget.rule,
          String(budget.allowed),
          `${budget.currentHealthy}/${budget.desiredHealthy}`,
          String(pods),
        ]),
        options,
      ),
    )
  }
  const noticed = plans.flatMap(({ node, refusals, warnings }) => [
    ...refusals.map((notice) => noticeRow(context, { node, mark: '✖', notice })),
    ...warnings.map((notice) => noticeRow(context, { node, mark: '!', notice })),
  ])
  if (noticed.length > 0) {
    const header = [
      '',
      { en: 'NODE', zh: '节点' },
      { en: 'POD', zh: 'Pod' },
      { en: 'WHY', zh: '原因' },
      { en: 'TO DO', zh: '处理办法' },
    ]
    parts.push(
      renderTable(
        header.map((text) => (typeof text === 'string' ? text : say(text))),
        noticed,
        { ...options, wrap: new Set([3, 4]) },
      ),
    )
  }
  return parts.join('\n')
}

interface NoticeLine {
  node: string
  mark: string
  notice: Notice
}

function noticeRow({ say }: CommandContext, { node, mark, notice }: NoticeLine): string[] {
  const { why, way } = noticeTexts[notice.reason]
  const names = notice.names.length === 0 ? '' : ` (${notice.names.join(', ')})`
  return [mark, node, notice.pod, `${say(why)}${names}`, say(way)]
}

function budgetRows(plans: readonly DrainPlan[], budgets: readonly DrainBudget[]): BudgetRow[] {
  const counts = new Map<DrainBudget, number>()
  for (const { pods } of plans) {
    for (const { pod, action } of pods) {
      if (action !== 'evict') continue
      for (const budget of budgetsOf(pod, budgets)) counts.set(budget, (counts.get(budget) ?? 0) + 1)
    }
  }
  return [...counts]
    .map(([budget, pods]) => ({ budget, pods }))
    .sort((a, b) => (budgetKey(a.budget) < budgetKey(b.budget) ? -1 : 1))
}

/** Prints the plan as the answer: of a dry run, or of a drain that does not begin. */
export async function printPlan(
  context: CommandContext,
  {
    plans,
    budgets,
    exit,
  }: { plans: readonly DrainPlan[]; budgets: readonly DrainBudget[]; exit: CommandExit },
): Promise<void> {
  if (!isForMachines(context)) return context.stdout.write(planText(context, plans, budgets))
  const items = plans.map(({ node, pods, refusals, warnings }) => ({
    node,
    pods: pods.map(({ pod, class: kind, action, save, rule, order }) => ({
      namespace: pod.namespace,
      name: pod.name,
      uid: pod.uid,
      class: kind,
      action,
      save,
      rule: rule ?? null,
      order: order ?? null,
    })),
    refusals,
    warnings,
  }))
  await printDocument(context, { items, exit })
}

/** Prints how each node ended. */
export async function printOutcomes(
  context: CommandContext,
  outcomes: readonly NodeOutcome[],
  exit: CommandExit,
): Promise<void> {
  const { say } = context
  const column = (key: string, title: Text, value: (item: NodeOutcome) => string): Column<NodeOutcome> => ({
    key,
    title,
    value,
  })
  await printList(context, {
    items: outcomes,
    name: ({ node }) => node,
    data: (item) => ({
      ...item,
      failure: item.failure ?? null,
      problem: item.problem ?? null,
      cordonedBy: item.cordonedBy ?? null,
    }),
    exit,
    columns: [
      column('node', { en: 'NODE', zh: '节点' }, ({ node }) => node),
      column('result', { en: 'RESULT', zh: '结果' }, ({ result }) => say(resultTexts[result])),
      column(
        'pods',
        { en: 'PODS GONE', zh: '已离开' },
        ({ podsGone, podsTotal }) => `${podsGone}/${podsTotal}`,
      ),
      { ...column('why', { en: 'WHY', zh: '原因' }, (item) => whyOf(context, item)), wrap: true },
    ],
  })
}

function whyOf({ say }: CommandContext, item: NodeOutcome): string {
  const { failure, problem, wasCordoned, result, podsMissing, escalations } = item
  const parts = [failure === undefined ? '' : say(failureText(failure)), problem ?? '', ...item.warnings]
  parts.push(...podsMissing.map((pod) => podText({ say }, pod)))
  if (result === 'restored' && failure === undefined && problem === undefined)
    parts.unshift(say({ en: 'stopped before it was drained', zh: '在排空完成前停止' }))
  if (wasCordoned && result !== 'not-started') parts.push(say(cordonFoundText(item)))
  for (const [step, records] of Map.groupBy(escalations, ({ step }) => step)) {
    const pods = records.map(({ pod, isAnswered }) => (isAnswered ? pod : `${pod} (?)`))
    parts.push(`${fewNames(pods)}: ${say(stepTexts[step])}`)
  }
  return parts.filter((part) => part !== '').join('; ')
}
