import type { Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { NodeStatus } from '../steps/drain-nodes.ts'
import { ageText } from './age-text.ts'
import { displayWidth } from './display-width.ts'
import { blockerWords } from '../steps/blocker-words.ts'
import { phaseTexts } from './messages-drain.ts'
import { cut } from './table.ts'

/** A node with how long nothing has changed on it. */
export interface RowStatus extends NodeStatus {
  stillMs: number
}

export interface RowsOptions {
  /** Of the terminal. */
  columns: number
  rows: number
  say: (text: Text) => string
  /** Told below the rows. */
  note: string | undefined
}

/** What is new every second is no standstill. */
const stillAfterMs = 1000

/**
 * One row a node, cut to the terminal's width. With more nodes than rows, those that wait and those that are done are one row
 * each, and at last those at work that find no room are counted.
 */
export function drainRows(statuses: readonly RowStatus[], options: RowsOptions): string[] {
  const { columns, rows, say, note } = options
  const away = statuses.find(({ awayReason }) => awayReason !== undefined)?.awayReason
  const below = [
    away === undefined
      ? undefined
      : say({ en: `the API server is away: ${away}`, zh: `API server 暂不可达：${away}` }),
    note,
  ].filter((line) => line !== undefined)
  // One row is the cursor's.
  const room = Math.max(1, rows - 1 - below.length)
  return [...nodeRows(statuses, room, say), ...below].map((line) => cut(visibleLine(line), columns - 1))
}

function nodeRows(statuses: readonly RowStatus[], room: number, say: RowsOptions['say']): string[] {
  if (statuses.length <= room) return rowsOf(statuses, say)
  const has = (phase: NodeStatus['phase']) => statuses.filter((status) => status.phase === phase)
  const [drained, waiting] = [has('drained').length, has('waiting').length]
  const open = statuses.filter(({ phase }) => phase !== 'drained' && phase !== 'waiting')
  const folded = [
    ...(drained === 0 ? [] : [say({ en: `${drained} drained`, zh: `${drained} 个节点已排空` })]),
    ...(waiting === 0 ? [] : [say({ en: `${waiting} waiting`, zh: `${waiting} 个节点等待中` })]),
  ]
  const left = Math.max(0, room - folded.length)
  if (open.length <= left) return [...rowsOf(open, say), ...folded]
  const shown = open.slice(0, Math.max(0, left - 1))
  const more = open.length - shown.length
  const rest = say({ en: `${more} more at work`, zh: `另有 ${more} 个节点处理中` })
  return [...rowsOf(shown, say), rest, ...folded].slice(0, room)
}

function rowsOf(statuses: readonly RowStatus[], say: RowsOptions['say']): string[] {
  const cells = statuses.map((status) => [
    visibleLine(status.node),
    say(phaseTexts[status.phase]),
    `${status.podsGone}/${status.podsTotal}`,
  ])
  const widths = [0, 1, 2].map((column) =>
    Math.max(0, ...cells.map((row) => displayWidth(row[column] ?? ''))),
  )
  return statuses.map((status, index) => {
    const row = (cells[index] ?? []).map((cell, column) => {
      const space = ' '.repeat((widths[column] ?? 0) - displayWidth(cell))
      return column === 2 ? `${space}${cell}` : `${cell}${space}`
    })
    return `${markOf(status)} ${row.join('  ')}  ${waitsFor(status, say)}`.trimEnd()
  })
}

function markOf({ phase }: NodeStatus): string {
  if (phase === 'drained') return '✔'
  if (phase === 'failed') return '✖'
  return phase === 'waiting' ? '·' : '▸'
}

function waitsFor({ blockers, stillMs }: RowStatus, say: RowsOptions['say']): string {
  const words = blockerWords(blockers, say).join(' · ')
  if (words === '') return ''
  return stillMs < stillAfterMs ? words : `⏸ ${ageText(stillMs)}: ${words}`
}
