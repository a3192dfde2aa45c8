import type { Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { NodeStatus } from '../steps/drain-nodes.ts'
import type { CommandContext } from './context.ts'
import { displayWidth } from './display-width.ts'
import { drainRows } from './drain-rows.ts'
import { blockerWords } from '../steps/blocker-words.ts'
import { phaseTexts } from './messages-drain.ts'
import { startRedraw } from './redraw.ts'

/** Tells on stderr how far a drain is. */
export interface DrainProgress {
  onPhase(status: NodeStatus): void
  onStart(statuses: () => NodeStatus[]): void
  stop(): void
  /** Nothing is told after it; may be called twice. */
  finish(): void
}

const stopping: Text = {
  en: 'stopping: nodes at work are given back as they were found; press Ctrl-C again to leave them',
  zh: '正在停止：处理中的节点将恢复原状；再按一次 Ctrl-C 则立即退出',
}

/** One row a node that is redrawn in a terminal, elsewhere a line a change and a heartbeat. */
export function drainProgress(context: CommandContext): DrainProgress {
  if (context.verbosity === 'quiet') return quietProgress(context)
  return context.redrawColumns === undefined ? lineProgress(context) : rowProgress(context)
}

function quietProgress({ stderr, say }: CommandContext): DrainProgress {
  return {
    onPhase: () => undefined,
    onStart: () => undefined,
    stop: () => stderr.write(`${say(stopping)}\n`),
    finish: () => undefined,
  }
}

const heartbeatMs = 60_000
const lookMs = 5000

function lineProgress(context: CommandContext): DrainProgress {
  const { stderr, say, clock } = context
  const toldMs = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  const tell = (status: NodeStatus): void => {
    const { node, phase, podsGone, podsTotal, awayReason } = status
    toldMs.set(node, clock.monotonicMs())
    const away =
      awayReason === undefined
        ? ''
        : say({ en: `[the API server is away: ${awayReason}]`, zh: `[API server 暂不可达：${awayReason}]` })
    const waits = blockerWords(status.blockers, say).map((words) => `[${words}]`)
    const line = [node, say(phaseTexts[phase]), `${podsGone}/${podsTotal}`, away, ...waits]
    const text = line.filter((part) => part !== '').join(' ')
    stderr.write(`${clock.now().slice(11, 19)} drain ${visibleLine(text)}\n`)
  }
  return {
    onPhase: tell,
    onStart(statuses): void {
      timer = setInterval(() => {
        const nowMs = clock.monotonicMs()
        for (const status of statuses()) {
          const isAtWork = !['waiting', 'drained', 'failed'].includes(status.phase)
          if (isAtWork && nowMs - (toldMs.get(status.node) ?? nowMs) >= heartbeatMs) tell(status)
        }
      }, lookMs)
      timer.unref()
    },
    stop: () => stderr.write(`${say(stopping)}\n`),
    finish: () => clearInterval(timer),
  }
}

const redrawMs = 250

function rowProgress({ stderr, say, clock, redrawColumns = 80 }: CommandContext): DrainProgress {
  const columns = (): number => process.stderr.columns || redrawColumns
  const screen = startRedraw({ write: (text) => stderr.write(text), columns }, displayWidth)
  const changes = new Map<string, { key: string; atMs: number }>()
  let statuses = (): NodeStatus[] => []
  let note: string | undefined
  let timer: NodeJS.Timeout | undefined

  function stillMs({ node, phase, podsGone }: NodeStatus): number {
    const nowMs = clock.monotonicMs()
    const key = `${phase} ${podsGone}`
    const known = changes.get(node)
    if (known?.key === key) return nowMs - known.atMs
    changes.set(node, { key, atMs: nowMs })
    return 0
  }

  function draw(): void {
    const now = statuses().map((status) => ({ ...status, stillMs: stillMs(status) }))
    screen.draw(drainRows(now, { columns: columns(), rows: process.stderr.rows || 24, say, note }))
  }

  return {
    onPhase: draw,
    onStart(source): void {
      statuses = source
      timer = setInterval(draw, redrawMs)
      timer.unref()
      draw()
    },
    stop(): void {
      note = say(stopping)
      draw()
    },
    finish(): void {
      if (timer !== undefined) draw()
      clearInterval(timer)
      timer = undefined
      screen.end()
    },
  }
}
