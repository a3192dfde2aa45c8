import type { FailedStep, NodeResult, RunResult } from '../migrate/run-outcome.ts'
import type { CommandContext } from './context.ts'
import { nodeNoteText, nodeResultTexts } from './messages-apply.ts'
import { printTable, type Column } from './output.ts'

/** A row a node: where it is, what failed, what could not be undone, and its way back. */
export async function printRunResult(context: CommandContext, { nodes }: RunResult): Promise<void> {
  const columns = columnsFor(context).filter(
    (column) => ['node', 'state'].includes(column.key) || nodes.some((node) => column.value(node) !== '-'),
  )
  await printTable(context, { items: nodes, name: ({ node }) => node, columns })
}

function columnsFor({ say }: CommandContext): Column<NodeResult>[] {
  const words = ({ uses, failure }: FailedStep): string => `${uses}: ${failure.message} [${failure.code}]`
  return [
    { key: 'node', title: { en: 'NODE', zh: '节点' }, value: ({ node }) => node },
    {
      key: 'state',
      title: { en: 'STATE', zh: '状态' },
      value: ({ state, isPastPointOfNoReturn }) => {
        const isPast = isPastPointOfNoReturn && state !== 'done'
        const past = say({ en: ', past the point of no return', zh: '，已越过不可回退点' })
        return `${say(nodeResultTexts[state])}${isPast ? past : ''}`
      },
    },
    {
      key: 'failed',
      title: { en: 'FAILED', zh: '失败的步骤' },
      value: ({ failed }) => (failed === undefined ? '-' : words(failed)),
      wrap: true,
    },
    {
      key: 'not-undone',
      title: { en: 'NOT UNDONE', zh: '未能撤销' },
      value: ({ notUndone }) => (notUndone.length === 0 ? '-' : notUndone.map(words).join('; ')),
      wrap: true,
    },
    {
      key: 'way-back',
      title: { en: 'WAY BACK', zh: '回退手段' },
      value: ({ rollback }) =>
        rollback === undefined ? '-' : rollback === 'none' ? say({ en: 'NONE', zh: '无' }) : rollback,
    },
    {
      key: 'note',
      title: { en: 'NOTE', zh: '说明' },
      value: ({ node, notes }) =>
        notes.length === 0 ? '-' : notes.map((note) => say(nodeNoteText(node, note))).join('; '),
      wrap: true,
    },
  ]
}
