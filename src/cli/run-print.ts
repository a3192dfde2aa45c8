import type { Owner } from '../journal/owner.ts'
import type { Takeover } from '../journal/records.ts'
import { fewNames } from '../model/few-names.ts'
import type { JournalRun } from '../model/journal-record.ts'
import type { RunState } from '../model/run-state.ts'
import { nodeNotes } from '../model/run-notes.ts'
import { isWhole } from '../model/run-part.ts'
import { currentStep, type NodeState } from '../model/run-state-node.ts'
import type { Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import { ageText } from './age-text.ts'
import type { CommandContext } from './context.ts'
import { nodeNoteText } from './messages-apply.ts'
import { nodeStatusTexts, runStatusTexts, takeoverTexts } from './messages-runs.ts'
import { printTable, type Column } from './output.ts'
import { partText } from './resumed-selection.ts'
import type { RunStatus } from './run-view.ts'

/** One run with what only the lock can tell of it. */
export interface RunView {
  run: JournalRun
  state: RunState
  status: RunStatus
  takeovers: readonly Takeover[]
  /** Who works on it now. */
  owner: Owner | undefined
}

/** Prints a run for people: who and which plan, its waves and closed gates, and a row a node. */
export async function printRun(context: CommandContext, view: RunView): Promise<void> {
  context.stdout.write(
    headLines(context, view)
      .map((line) => `${visibleLine(line)}\n`)
      .join(''),
  )
  const nodes = [...view.state.nodes.values()]
  if (nodes.length === 0) return
  context.stdout.write('\n')
  const { say } = context
  const notes = (node: NodeState): string => notesText(node, view.state.nodes, say)
  const noteColumn: Column<NodeState> = {
    key: 'note',
    title: { en: 'NOTE', zh: '说明' },
    value: notes,
    wrap: true,
  }
  await printTable(context, {
    items: nodes,
    name: ({ name }) => name,
    columns: [
      { key: 'node', title: { en: 'NODE', zh: '节点' }, value: ({ name }) => name },
      { key: 'state', title: { en: 'STATE', zh: '状态' }, value: (node) => stateText(node, say) },
      { key: 'step', title: { en: 'STEP', zh: '步骤' }, value: (node) => stepText(node, say) },
      {
        key: 'waits',
        title: { en: 'WAITS FOR', zh: '等待' },
        value: (node) => waitsText(context, node),
        wrap: true,
      },
      ...(nodes.some((node) => notes(node) !== '-') ? [noteColumn] : []),
    ],
  })
}

function headLines(context: CommandContext, view: RunView): string[] {
  const { say } = context
  const { run, state, status, takeovers, owner } = view
  const lines = [
    `${run.id}: ${say(runStatusTexts[status])}${because(context, state)}`,
    say({
      en: `by ${run.actor}, osferry ${run.version}, since ${run.startedAt}`,
      zh: `操作者 ${run.actor}，osferry ${run.version}，开始于 ${run.startedAt}`,
    }),
    say({ en: `plan ${run.plan}`, zh: `计划 ${run.plan}` }),
  ]
  if (state.status !== 'ended' && !isWhole(state.asked.now)) {
    const part = partText(state.asked.now)
    lines.push(say({ en: `asked for: ${part}`, zh: `所要求的部分：${part}` }))
  }
  if (owner !== undefined) {
    const { pid, host, since } = owner
    lines.push(
      say({ en: `process ${pid} on ${host}, since ${since}`, zh: `进程 ${pid}，位于 ${host}，自 ${since}` }),
    )
  }
  const wave = state.waves.findLast(({ status }) => status === 'started')
  if (wave !== undefined)
    lines.push(
      say({
        en: `wave ${wave.wave}, since ${wave.startedAt}`,
        zh: `第 ${wave.wave} 批，自 ${wave.startedAt}`,
      }),
    )
  for (const { gate, node, isOpen, message, at } of state.gates.values()) {
    const of = node === null ? '' : ` (${node})`
    const text: Text = {
      en: `gate ${gate}${of} is closed since ${at}: ${message}`,
      zh: `关卡 ${gate}${of} 自 ${at} 起拦截：${message}`,
    }
    if (!isOpen) lines.push(say(text))
  }
  const unproven = [...state.nodes.values()].filter(isNotProven).map(({ name }) => name)
  if (unproven.length > 0) {
    const few = fewNames(unproven)
    lines.push(
      say({
        en: `not proven to be the machine of its node when its system was replaced: ${few}`,
        zh: `更换系统时未证明是该节点的机器：${few}`,
      }),
    )
  }
  for (const { at, from, why } of takeovers) {
    const who = `${from.actor}, ${from.pid}@${from.host}`
    const reason = takeoverTexts[why]
    lines.push(
      say({
        en: `lock taken over at ${at} from ${who}: ${reason.en}`,
        zh: `${at} 接管了 ${who} 的锁：${reason.zh}`,
      }),
    )
  }
  return lines
}

function isNotProven({ steps }: NodeState): boolean {
  return steps.some(({ uses, result }) => uses === 'host.provision' && result?.['machine'] === 'not proven')
}

function because({ say }: CommandContext, { pausedBecause }: RunState): string {
  return pausedBecause === null ? '' : `${say({ en: ': ', zh: '：' })}${say(pausedBecause)}`
}

function stateText(node: NodeState, say: CommandContext['say']): string {
  const state = say(nodeStatusTexts[node.status])
  const isPast = node.isPastNoReturn && node.status !== 'done'
  return isPast ? `${state}${say({ en: ', past the point of no return', zh: '，已越过不可回退点' })}` : state
}

function stepText(node: NodeState, say: CommandContext['say']): string {
  const step = currentStep(node) ?? node.steps.at(-1)
  if (step === undefined || node.status === 'done') return '-'
  const name = `${step.phase} ${step.uses}`
  const words: Record<typeof step.status, Text> = {
    started: { en: '', zh: '' },
    done: { en: 'done', zh: '完成' },
    failed: { en: 'failed', zh: '失败' },
    undoing: { en: 'is being undone', zh: '正在撤销' },
    'undo-failed': { en: 'could not be undone', zh: '无法撤销' },
  }
  const attempt = step.attempt > 1 ? say({ en: `attempt ${step.attempt}`, zh: `第 ${step.attempt} 次` }) : ''
  return [name, say(words[step.status]), attempt].filter((part) => part !== '').join(' ')
}

/** What it waits for, or why it failed. */
function waitsText(context: CommandContext, node: NodeState): string {
  const { say, clock } = context
  const failure = node.steps.findLast(
    ({ status }) => status === 'failed' || status === 'undo-failed',
  )?.failure
  const step = currentStep(node)
  if (step === undefined)
    return failure === null || failure === undefined ? '-' : `${failure.message} [${failure.code}]`
  if (step.waitsFor === null) return '-'
  const age = ageText(Date.parse(clock.now()) - Date.parse(step.waitsFor.since))
  return `${say(step.waitsFor.text)}${say({ en: `, for ${age}`, zh: `，已 ${age}` })}`
}

function notesText(node: NodeState, nodes: RunState['nodes'], say: CommandContext['say']): string {
  const notes = nodeNotes(node, nodes)
  return notes.length === 0 ? '-' : notes.map((note) => say(nodeNoteText(node.name, note))).join('; ')
}
