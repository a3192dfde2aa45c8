import type { Hold } from '../migrate/admission.ts'
import { openJournalReader } from '../journal/read-journal.ts'
import type { JournalEvent } from '../model/journal-record.ts'
import type { Plan } from '../model/plan.ts'
import { applyEvent, newRunState, runState, type RunState } from '../model/run-state.ts'
import { currentStep } from '../model/run-state-node.ts'
import type { Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import { ageText } from './age-text.ts'
import type { CommandContext } from './context.ts'
import { holdText } from './hold-text.ts'
import { fewNames } from '../model/few-names.ts'
import { eventText } from './messages-runs.ts'
import { jsonText } from './output.ts'
import { runRows } from './run-rows.ts'
import type { RunTerminal } from './run-terminal.ts'
import { journalPath } from './state-paths.ts'

/** Tells how far a run is, on stderr; with `-o ndjson` its events on stdout. */
export interface RunProgress {
  onEvent(event: JournalEvent): void
  onHold(hold: Hold): void
  /** Says at once what was asked of it: that it stops, or is left. */
  note(text: string): void
  /** Nothing is told after it. */
  finish(): Promise<void>
}

export interface RunProgressOptions {
  plan: Plan
  run: string
}

/** Rows that are redrawn in a terminal; elsewhere a line an event, and a heartbeat. */
export async function startRunProgress(
  context: CommandContext,
  { plan, run }: RunProgressOptions,
): Promise<RunProgress> {
  const state = stateBefore(context, run)
  if (context.format === 'ndjson') return eventProgress(context)
  if (context.verbosity === 'quiet') return quietProgress(context)
  if (context.redrawColumns === undefined) return lineProgress(context, { state, plan })
  const { runTerminal } = await import('./run-terminal.ts')
  const { clock, say, stderr } = context
  let hold: string | undefined
  // Drawn from the first event on: what is said before would be held back until the end.
  let terminal: RunTerminal | undefined
  return {
    onEvent(event): void {
      follow(context, state, event)
      hold = undefined
      terminal ??= runTerminal((most) =>
        runRows(state, { plan, nowMs: Date.parse(clock.now()), say, most, note: hold }),
      )
    },
    onHold(held): void {
      hold = say(holdText(held))
    },
    note(text): void {
      if (terminal === undefined) stderr.write(`${text}\n`)
      else terminal.note(text)
    },
    finish: async () => await terminal?.finish(),
  }
}

/** What the journal has of a run by now. */
export function stateBefore(context: CommandContext, run: string): RunState {
  const reader = openJournalReader(journalPath(context))
  if (reader === undefined) return newRunState(run)
  try {
    return runState(run, reader.events(run))
  } finally {
    reader.close()
  }
}

/** What is shown must never end what is done. */
function follow({ log }: CommandContext, state: RunState, event: JournalEvent): void {
  try {
    applyEvent(state, event)
  } catch (error) {
    log.debug('an event could not be shown', { seq: event.seq, reason: String(error) })
  }
}

function quietProgress({ stderr }: CommandContext): RunProgress {
  return {
    onEvent: () => undefined,
    onHold: () => undefined,
    note: (text) => stderr.write(`${text}\n`),
    finish: () => Promise.resolve(),
  }
}

function eventProgress(context: CommandContext): RunProgress {
  return {
    ...quietProgress(context),
    onEvent: (event) => context.stdout.write(`${jsonText(event)}\n`),
  }
}

const heartbeatMs = 60_000
const lookMs = 5000

function lineProgress(
  context: CommandContext,
  { state, plan }: { state: RunState; plan: Plan },
): RunProgress {
  const { stderr, say, clock } = context
  const toldMs = new Map<string, number>()
  let held = ''
  const tell = (node: string | null, text: string): void => {
    if (node !== null) toldMs.set(node, clock.monotonicMs())
    const about = node === null ? '' : `${node}: `
    stderr.write(`${visibleLine(`${clock.now().slice(11, 19)} ${about}${text}`)}\n`)
  }
  const beat = (): void => {
    const nowMs = clock.monotonicMs()
    for (const node of state.nodes.values()) {
      const step = currentStep(node)
      if (step === undefined || nowMs - (toldMs.get(node.name) ?? nowMs) < heartbeatMs) continue
      const age = ageText(Date.parse(clock.now()) - Date.parse(step.startedAt))
      const waits = step.waitsFor === null ? { en: '', zh: '' } : step.waitsFor.text
      const why = step.waitsFor === null ? '' : say({ en: `, waits: ${waits.en}`, zh: `，等待：${waits.zh}` })
      tell(node.name, `${step.phase} ${step.uses}${say({ en: `, for ${age}`, zh: `，已 ${age}` })}${why}`)
    }
  }
  const timer = setInterval(beat, lookMs)
  timer.unref()
  return {
    onEvent(event): void {
      follow(context, state, event)
      const { body, node } = event
      if (body.type === 'wave-started') stderr.fold?.(say(waveTitle(plan, body.wave)))
      tell(node, say(eventText(body)))
      if (body.type === 'wave-done') stderr.fold?.(undefined)
    },
    onHold(hold): void {
      const text = say(holdText(hold))
      if (text !== held) tell(null, text)
      held = text
    },
    note: (text) => stderr.write(`${text}\n`),
    finish(): Promise<void> {
      clearInterval(timer)
      stderr.fold?.(undefined)
      return Promise.resolve()
    },
  }
}

function waveTitle({ waves }: Plan, index: number): Text {
  const names = fewNames(waves.find((wave) => wave.index === index)?.nodes ?? [])
  return { en: `wave ${index}: ${names}`, zh: `第 ${index} 批：${names}` }
}
