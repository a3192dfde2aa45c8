import type { Text } from '../model/text.ts'
import { isNothing } from '../steps/merge-node.ts'
import { isSettled } from '../steps/recreate-pods.ts'
import type { RestoreOutcome } from '../steps/restore-node.ts'
import type { CommandContext } from './context.ts'
import type { CommandExit } from './define-command.ts'
import {
  conflictText,
  cordonTexts,
  markTexts,
  noRecordText,
  podText,
  requestText,
  unheardText,
  waitText,
} from './messages-restore.ts'
import { printList, type Column } from './output.ts'

/** True when all that could be done was done, and nothing speaks against it. */
export function isClean({ result, merge, pods, lostVolumes, cordon, troubles }: RestoreOutcome): boolean {
  return (
    result === 'restored' &&
    cordon !== 'of-another-run' &&
    merge.conflicts.length === 0 &&
    lostVolumes.length === 0 &&
    troubles.length === 0 &&
    pods.every(({ result }) => ['created', 'there', 'never-gone'].includes(result))
  )
}

/** True when another run may do what is left. */
export function isOpen({ result, pods }: RestoreOutcome): boolean {
  return result === 'waiting' || pods.some((pod) => !isSettled(pod))
}

/** Prints how each node ended; of a dry run what would be done. */
export async function printRestored(
  context: CommandContext,
  { outcomes, exit, isDry }: { outcomes: readonly RestoreOutcome[]; exit: CommandExit; isDry: boolean },
): Promise<void> {
  const { say } = context
  const column = (
    key: string,
    title: Text,
    value: (item: RestoreOutcome) => string,
  ): Column<RestoreOutcome> => ({ key, title, value })
  await printList(context, {
    items: outcomes,
    name: ({ node }) => node,
    data: (item) => ({
      ...item,
      waits: item.waits ?? null,
      unheard: item.unheard ?? null,
      requests: item.requests.map((request) => ({ ...request, objection: request.objection ?? null })),
    }),
    exit,
    columns: [
      column('node', { en: 'NODE', zh: '节点' }, ({ node }) => node),
      column('result', { en: 'RESULT', zh: '结果' }, (item) =>
        isDry ? say({ en: 'would be so', zh: '预计如此' }) : say(resultText(item)),
      ),
      column('cordon', { en: 'CORDON', zh: '封锁' }, ({ cordon }) => say(cordonTexts[cordon])),
      {
        ...column('details', { en: 'DETAILS', zh: '详情' }, (item) => detailsOf(context, item).join('; ')),
        wrap: true,
      },
    ],
  })
}

function resultText(item: RestoreOutcome): Text {
  if (isClean(item)) return { en: '✔ restored', zh: '✔ 已恢复' }
  if (isOpen(item)) return { en: '✖ not finished', zh: '✖ 未完成' }
  return { en: '! restored, with differences', zh: '! 已恢复，存在差异' }
}

function detailsOf(context: CommandContext, item: RestoreOutcome): string[] {
  const { merge, pods, lostVolumes, waits, requests, marks, troubles, changes, hasRecord, unheard } = item
  const { say } = context
  const back = [
    ...Object.keys(merge.labels),
    ...Object.keys(merge.annotations),
    ...merge.taints.map(({ key, effect }) => `${key}:${effect}`),
  ]
  return [
    ...(hasRecord ? [] : [say(noRecordText)]),
    ...(waits === undefined ? [] : [waitText(context, waits)]),
    ...(unheard === undefined ? [] : [`${say(unheardText)}: ${unheard}`]),
    ...(isNothing(merge) ? [] : [`${say({ en: 'put back', zh: '已写回' })} ${back.join(', ')}`]),
    ...merge.conflicts.map((conflict) => conflictText(context, conflict)),
    ...troubles,
    ...(changes.length === 0
      ? []
      : [`${say({ en: 'another system than before', zh: '系统与之前不同' })}: ${changes.join(', ')}`]),
    ...marks.map((mark) => say(markTexts[mark])),
    ...requests.map((request) => requestText(context, request)),
    ...pods.map((pod) => podText(context, pod)),
    ...lostVolumes.map(
      (name) => `${say({ en: 'can no longer be used here', zh: '无法再在此节点使用' })}: ${name}`,
    ),
  ]
}
