import { visibleLine } from '../model/visible-text.ts'
import type { WizardActions } from './actions.ts'
import { lastWords } from './ended-runs.ts'
import { chosenPlaybooks, workOn } from './move-state.ts'
import type { RunHooks, RunInHand, SavedPlan } from './move.ts'
import { newRunView, noteWarning, seeEvent, type RunView } from './run-view.ts'
import { runLines } from './run-lines.ts'
import { endedNodesScreen, endScreen } from './screen-end.ts'
import type { ScreenKey } from './screen.ts'
import { commandsOf, type StageMove, type WizardState } from './state.ts'
import type { Terminal } from './terminal.ts'

/** Runs the plan whose digest was typed, and shows it until it has stopped. */
export async function stageRun(
  state: WizardState,
  terminal: Terminal,
  actions: WizardActions,
): Promise<StageMove> {
  const { move } = state
  const { saved, typed } = move
  if (saved === undefined || typed === undefined) return { to: 'review' }
  // Whoever comes back here types it again.
  delete move.typed
  const view = newRunView(saved.plan)
  const command = (): string => commandsOf(state, actions)({ do: 'apply', digest: typed })
  const run = await begin({ saved, typed, view, command }, terminal, actions)
  if (run === undefined) return { to: 'review' }
  let onlyLog = false
  const over = run.ended.then(
    () => undefined,
    () => undefined,
  )
  const watched: Parameters<Terminal['watch']>[0] = {
    lines: ({ language }, room) =>
      runLines(view, { language, nowMs: Date.parse(actions.now()), room, onlyLog }),
    keys() {
      // Somebody may have paused it from elsewhere.
      view.isPaused = run.isPaused()
      return keysOf(view)
    },
    command,
    over,
    onKey(key) {
      if (key === 'o') onlyLog = !onlyLog
      press(key, view, run)
    },
    onInterrupt() {
      view.interrupts += 1
      view.asksAbort = false
      run.interrupt()
    },
  }
  // Told to stop while it began, it is not told once more: that would leave its steps as they are.
  if (terminal.isGone() && run.isStopping()) await over
  else await terminal.watch(watched)
  const ended = await run.ended
  move.ended = ended
  move.runs.delete(ended.run)
  move.runs.set(ended.run, ended)
  return 'next'
}

interface Beginning {
  saved: SavedPlan
  typed: string
  view: RunView
  command: () => string
}

async function begin(
  { saved, typed, view, command }: Beginning,
  terminal: Terminal,
  actions: WizardActions,
): Promise<RunInHand | undefined> {
  const title = { en: 'Looking at approvals and at what the plan rests on', zh: '检查批准及计划依据' }
  const hooks: RunHooks = {
    onStart(id, before) {
      view.id = id
      view.state = before
    },
    onEvent: (event, words) => seeEvent(view, event, words),
    onWarning: (message) => {
      noteWarning(view, message, actions.now())
    },
    onHold: (hold) => {
      view.hold = hold
    },
  }
  const begun: { run?: RunInHand } = {}
  try {
    await terminal.work({ stage: 'run', title, command }, async ({ signal }) => {
      begun.run = await actions.startRun(saved, typed, { signal, hooks })
    })
  } catch (error) {
    if (begun.run === undefined) throw error
    // It began before it could be called off: it is stopped as every other run, and waited for.
    view.interrupts += 1
    if (!begun.run.isStopping()) begun.run.interrupt()
  }
  return begun.run
}

function keysOf({ isPaused, asksAbort }: RunView): ScreenKey[] {
  if (asksAbort)
    return [
      { key: 'a', label: { en: 'abort', zh: '中止' } },
      { key: '…', label: { en: 'no, go on', zh: '取消，继续' } },
    ]
  return [
    isPaused
      ? { key: 'p', label: { en: 'go on', zh: '继续' } }
      : { key: 'p', label: { en: 'pause after the steps in hand', zh: '完成手头步骤后暂停' } },
    { key: 'a', label: { en: 'abort', zh: '中止' } },
    { key: 'o', label: { en: 'log', zh: '日志' } },
    { key: 'l', label: { en: '中文', zh: 'English' } },
    { key: 'Ctrl-C', label: { en: 'stop, resumable', zh: '停止（可继续）' } },
  ]
}

/** An abort is asked twice: what it gives back was work of hours. */
function press(key: string, view: RunView, run: RunInHand): void {
  if (view.asksAbort) {
    view.asksAbort = false
    if (key === 'a') run.abort()
  } else if (key === 'a') view.asksAbort = true
  else if (key === 'p') {
    if (run.isPaused()) run.resume()
    else run.pause()
  }
  view.isPaused = run.isPaused()
}

/** What happened, and what next. */
export async function stageEnd(
  state: WizardState,
  terminal: Terminal,
  actions: WizardActions,
): Promise<StageMove> {
  const { move } = state
  const { ended, saved } = move
  if (ended === undefined || saved === undefined) return { to: 'review' }
  const others = chosenPlaybooks(move).filter(({ id }) => id !== move.at)
  const command = (): string => commandsOf(state, actions)({ do: 'show-run', run: ended.run })
  const choice = await terminal.choose('end', () =>
    endScreen({ ended, others }, terminal.language(), command()),
  )
  if (choice.kind !== 'row') return 'stay'
  if (choice.id === 'nodes') {
    await terminal.choose('end', () => endedNodesScreen(ended, terminal.language(), command()))
    return 'stay'
  }
  if (choice.id.startsWith('plan ')) {
    workOn(move, choice.id.slice('plan '.length))
    return { to: 'data' }
  }
  const earlier = [...move.runs.values()].filter(({ run, exitCode }) => run !== ended.run && exitCode !== 0)
  for (const line of [...ended.files.map(({ path }) => path), ...lastWords(earlier), ...ended.next])
    terminal.print(visibleLine(line))
  return 'finish'
}
