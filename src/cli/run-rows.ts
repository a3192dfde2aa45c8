import type { Plan } from '../model/plan.ts'
import { phases, type Phase } from '../model/playbook.ts'
import type { RunState } from '../model/run-state.ts'
import { currentStep, type NodeState } from '../model/run-state-node.ts'
import type { Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import { ageText } from './age-text.ts'
import { phaseNames } from './messages-apply.ts'

export interface RunRowsOptions {
  plan: Plan
  nowMs: number
  say: (text: Text) => string
  /** Rows of nodes at most, all phases together. */
  most: number
  /** Told beside the run: that it stops, what the next start waits for. */
  note: string | undefined
}

/** What is drawn of a run: a line about all of it, a line a phase, and below each the nodes that are in it. */
export interface RunRows {
  head: string
  phases: readonly { phase: Phase; title: string; rows: readonly string[] }[]
}

const barWidth = 10

/** Draws a run: nodes in flight have a row each, as far as there is room. */
export function runRows(state: RunState, options: RunRowsOptions): RunRows {
  const { plan, say, most } = options
  const inPhase = Map.groupBy(
    [...state.nodes.values()].filter(({ status }) => status === 'running'),
    (node) => phaseOf(node, plan),
  )
  let room = most
  return {
    head: headOf(state, options),
    phases: phases.map((phase) => {
      const nodes = inPhase.get(phase) ?? []
      const shown = nodes.slice(0, nodes.length <= room ? nodes.length : Math.max(0, room - 1))
      room -= shown.length
      const more = nodes.length - shown.length
      const rows = shown.map((node) => rowOf(node, options))
      if (more > 0) rows.push(say({ en: `${more} more`, zh: `另有 ${more} 个` }))
      return { phase, title: titleOf(phase, nodes.length, { state, options }), rows: rows.map(visibleLine) }
    }),
  }
}

/** The phase of the step in hand, or of the next one. */
function phaseOf(node: NodeState, plan: Plan): Phase {
  const step = currentStep(node)
  if (step !== undefined) return step.phase
  const planned = plan.nodes.find(({ name }) => name === node.name)?.steps ?? []
  const done = new Set(node.steps.filter(({ status }) => status === 'done').map(({ index }) => index))
  return planned.find((_, index) => !done.has(index))?.phase ?? 'restore'
}

function headOf(state: RunState, { plan, nowMs, say, note }: RunRowsOptions): string {
  const total = plan.nodes.length
  const ended = [...state.nodes.values()].filter(({ endedAt }) => endedAt !== null).length
  const filled = total === 0 ? barWidth : Math.floor((ended / total) * barWidth)
  const wave = state.waves.findLast(({ status }) => status === 'started')
  const waves = plan.waves.length
  const parts = [
    state.run,
    wave === undefined
      ? ''
      : say({ en: `wave ${wave.wave + 1}/${waves}`, zh: `第 ${wave.wave + 1}/${waves} 批` }),
    `${'▇'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${ended}/${total}`,
    state.startedAt === null ? '' : ageText(nowMs - Date.parse(state.startedAt)),
    pauseOf(state, say),
    note ?? '',
  ]
  return visibleLine(parts.filter((part) => part !== '').join('  '))
}

/** Steps in hand are finished, and nothing is begun after them. */
function pauseOf({ status, pausedBecause }: RunState, say: RunRowsOptions['say']): string {
  if (status !== 'paused' || pausedBecause === null) return ''
  return say({ en: `paused: ${pausedBecause.en}`, zh: `已暂停：${pausedBecause.zh}` })
}

function titleOf(
  phase: Phase,
  atWork: number,
  { state, options: { plan, say } }: { state: RunState; options: RunRowsOptions },
): string {
  const through = plan.nodes.filter(({ name, steps }) => {
    const node = state.nodes.get(name)
    if (node?.status === 'done') return true
    const done = new Set(
      (node?.steps ?? []).filter(({ status }) => status === 'done').map(({ index }) => index),
    )
    const own = steps.flatMap((step, index) => (step.phase === phase ? [index] : []))
    return own.length > 0 && own.every((index) => done.has(index))
  }).length
  const busy = atWork === 0 ? '' : say({ en: `  ${atWork} at work`, zh: `  ${atWork} 个处理中` })
  return `${say(phaseNames[phase])}  ${through}/${plan.nodes.length}${busy}`
}

/** `node-20  cluster.drain  3m40s  ⏸ 1m05s: pod shop/web-1`. */
function rowOf(node: NodeState, { nowMs, say }: RunRowsOptions): string {
  const step = currentStep(node)
  if (step === undefined) return node.name
  const undo = step.status === 'undoing' ? say({ en: ' (undo)', zh: '（撤销）' }) : ''
  const line = `${node.name}  ${step.uses}${undo}  ${ageText(nowMs - Date.parse(step.startedAt))}`
  if (step.waitsFor === null) return line
  const { text, since } = step.waitsFor
  return `${line}  ⏸ ${ageText(nowMs - Date.parse(since))}: ${say(text)}`
}
