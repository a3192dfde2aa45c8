import type { JournalEvent } from '../model/journal-record.ts'
import type { Plan } from '../model/plan.ts'
import { isMigrationError } from '../model/errors.ts'
import { applyEvent, newRunState, type RunState } from '../model/run-state.ts'
import type { Text } from '../model/text.ts'

/** What is shown of a run at work. */
export interface RunView {
  plan: Plan
  id: string
  state: RunState
  /** The last events, the newest last. */
  log: readonly { at: string; node: string | null; words: Text }[]
  hold: Text | undefined
  isPaused: boolean
  /** An abort was asked for once: it is asked again. */
  asksAbort: boolean
  /** How often it was told to stop. */
  interrupts: number
  /** An event could not be understood: what is shown is no longer whole. */
  isBlind: boolean
}

const logKept = 200

/** Nothing is known of the run yet. */
export function newRunView(plan: Plan): RunView {
  return {
    plan,
    id: '',
    state: newRunState(''),
    log: [],
    hold: undefined,
    isPaused: false,
    asksAbort: false,
    interrupts: 0,
    isBlind: false,
  }
}

/** Takes an event into the view; the run goes on whatever can be shown of it. */
export function seeEvent(view: RunView, event: JournalEvent, words: Text): void {
  view.log = [...view.log, { at: event.at, node: event.node, words }].slice(-logKept)
  view.hold = undefined
  try {
    applyEvent(view.state, event)
  } catch (error) {
    if (!isMigrationError(error)) throw error
    view.isBlind = true
  }
}

/** Something to know that is no record, in its place in the log. */
export function noteWarning(view: RunView, message: string, at: string): void {
  const words = { en: `! ${message}`, zh: `! ${message}` }
  view.log = [...view.log, { at, node: null, words }].slice(-logKept)
}
