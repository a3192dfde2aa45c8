import { durationText } from '../model/duration-text.ts'
import type { RunState } from '../model/run-state.ts'
import { currentStep, type NodeState } from '../model/run-state-node.ts'
import { inLanguage, type Language, type Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { RunView } from './run-view.ts'
import { pad } from './width.ts'

/** The run in so many lines: how far it is, what it waits for, nodes in flight, then the log. */
export function runLines(
  view: RunView,
  { language, nowMs, room, onlyLog }: { language: Language; nowMs: number; room: number; onlyLog: boolean },
): string[] {
  const head = headLines(view, language)
  if (onlyLog) return [...head, ...logLines(view, language, room - head.length)]
  const flights = inFlight(view.state).map((node) => flightLines(node, language, nowMs))
  // Some room for the log, and a line for those that have none.
  const most = Math.max(2, room - head.length - 4)
  const shown = flights.reduce<string[]>(
    (lines, flight) => (lines.length + flight.length <= most ? [...lines, ...flight] : lines),
    [],
  )
  const hidden = flights.filter((flight) => !shown.includes(flight[0] ?? '')).length
  const more = { en: `  … ${hidden} more nodes in flight`, zh: `  … 另有 ${hidden} 个节点在途` }
  const nodes = hidden > 0 ? [...shown, inLanguage(more, language)] : shown
  const left = room - head.length - nodes.length - 1
  return [...head, ...nodes, ...(left > 0 ? ['', ...logLines(view, language, left)] : [])]
}

function headLines(view: RunView, language: Language): string[] {
  const say = (text: Text): string => inLanguage(text, language)
  const { state, plan, hold, isBlind } = view
  const nodes = [...state.nodes.values()]
  const total = Math.max(nodes.length, plan.nodes.length)
  const count = (status: NodeState['status']): number => nodes.filter((node) => node.status === status).length
  const [done, failed, returned] = [count('done'), count('failed'), count('returned')]
  const wavesDone = state.waves.filter(({ status }) => status === 'done').length
  const full = total === 0 ? 0 : Math.floor((done / total) * 20)
  const closed = [...state.gates.values()].filter(({ isOpen }) => !isOpen)
  return [
    say({ en: `Run ${view.id}`, zh: `运行 ${view.id}` }),
    `${'▇'.repeat(full)}${'░'.repeat(20 - full)} ${say({
      en: `${done}/${total} nodes done · waves ${wavesDone}/${plan.waves.length} · ${failed} failed · ${returned} given back`,
      zh: `节点完成 ${done}/${total} · 波次 ${wavesDone}/${plan.waves.length} · 失败 ${failed} · 已恢复原状 ${returned}`,
    })}`,
    ...stateLines(view).map(say),
    ...(hold === undefined ? [] : [`⏸ ${visibleLine(say(hold))}`]),
    ...closed
      .slice(0, 2)
      .map(({ gate, message }) =>
        visibleLine(say({ en: `✖ gate ${gate}: ${message}`, zh: `✖ 关卡 ${gate}：${message}` })),
      ),
    ...(isBlind
      ? [
          say({
            en: '! A record could not be read: what is shown is not whole; osferry runs show tells.',
            zh: '! 有记录无法解读，显示内容不完整；请用 osferry runs show 查看。',
          }),
        ]
      : []),
    '',
  ]
}

function stateLines({ asksAbort, interrupts, isPaused, state }: RunView): Text[] {
  if (asksAbort)
    return [
      {
        en: '! ABORT? Nodes before their point of no return go back as found, the others finish, and the run ends. a again = abort, any other key = no.',
        zh: '! 确定中止？未越过不可回退点的节点恢复原状，其余节点继续完成，然后运行结束。再按 a 中止，按其他键取消。',
      },
    ]
  if (interrupts > 1) return [{ en: '! Leaving everything as it is …', zh: '! 正在保持现状离开 …' }]
  if (interrupts === 1)
    return [
      {
        en: '! Stopping after the steps in hand; Ctrl-C again leaves everything as it is.',
        zh: '! 完成手头步骤后停止；再按 Ctrl-C 保持现状离开。',
      },
    ]
  if (state.isAborting)
    return [{ en: '! Aborting: nodes go back or finish.', zh: '! 正在中止：节点恢复原状或继续完成。' }]
  if (isPaused)
    return [
      {
        en: '⏸ Paused: the steps in hand are finished, nothing is begun.',
        zh: '⏸ 已暂停：完成手头步骤，不再开始新的步骤。',
      },
    ]
  return []
}

function inFlight({ nodes }: RunState): NodeState[] {
  return [...nodes.values()].filter(({ status }) => status === 'running')
}

function flightLines(node: NodeState, language: Language, nowMs: number): string[] {
  const say = (text: Text): string => inLanguage(text, language)
  const step = currentStep(node)
  const age = (since: string): string => durationText(Math.max(0, nowMs - Date.parse(since)))
  const past = node.isPastNoReturn ? '⚑' : ' '
  const back = node.isReturning ? say({ en: 'goes back ', zh: '恢复中 ' }) : ''
  const where =
    step === undefined ? say({ en: 'between steps', zh: '步骤之间' }) : `${step.phase}  ${step.uses}`
  const times = step !== undefined && step.attempt > 1 ? ` ×${step.attempt}` : ''
  const since = step === undefined ? '' : age(step.startedAt)
  const line = ` ${past} ${pad(visibleLine(node.name), 20)} ${back}${where}${times}  ${since}`
  if (step?.waitsFor === null || step === undefined) return [line]
  const { text, since: waitsSince } = step.waitsFor
  const waits = {
    en: `     waits ${age(waitsSince)}: ${text.en}`,
    zh: `     已等待 ${age(waitsSince)}：${text.zh}`,
  }
  return [line, visibleLine(say(waits))]
}

function logLines({ log }: RunView, language: Language, room: number): string[] {
  return log
    .slice(-Math.max(1, room))
    .map(({ at, node, words }) =>
      visibleLine(`${at.slice(11, 19)} ${node === null ? '' : `${node} `}${inLanguage(words, language)}`),
    )
}
