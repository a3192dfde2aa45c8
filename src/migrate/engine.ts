import type { JournalEvent, JournalEventBody } from '../model/journal-record.ts'
import type { Journal } from '../model/journal-port.ts'
import type { Clock } from '../model/ports.ts'
import type { AnyStep } from '../model/step.ts'
import type { StepName } from '../model/step-names.ts'
import type { Wait } from '../steps/wake.ts'
import { followRun, runStateOf, type RunState } from './run-state.ts'

/** What the engine needs from outside. */
export interface EnginePorts<Ports> {
  journal: Pick<Journal, 'append' | 'events'>
  clock: Clock
  wait: Wait
  /** Every step that the plan uses. */
  steps: readonly AnyStep<Ports>[]
  /** What steps are given. */
  ports: Ports
}

/** One run in this process: its journal, its state, and what ends it at once. */
export interface Engine<Ports> extends EnginePorts<Ports> {
  readonly run: { readonly id: string; readonly holder: string }
  /** What the journal says, up to the last event. */
  state(): RunState
  /** Writes one event; when that fails it throws, and nothing is begun any more. */
  record(node: string | null, body: JournalEventBody): void
  stepOf(uses: StepName): AnyStep<Ports>
  /** Aborted when a record could not be written: the acts in hand are finished, and nothing is begun after them. */
  readonly broken: AbortSignal
  /** Aborted when nothing may be done any more: the lock is lost, or the person has left. */
  readonly over: AbortSignal
  /** Ends the run where it is. */
  stop(reason: unknown): void
}

/** Records of what has ended. */
const ends: ReadonlySet<JournalEventBody['type']> = new Set([
  'step-done',
  'step-failed',
  'undo-done',
  'undo-failed',
])

export interface EngineOptions {
  run: { id: string; holder: string }
  /** Told of every event when it is on disk. */
  onEvent: (event: JournalEvent) => void
}

/** Reads where the run is; from then on its state is what was read and what was written since. */
export function openEngine<Ports>(ports: EnginePorts<Ports>, { run, onEvent }: EngineOptions): Engine<Ports> {
  const steps = new Map(ports.steps.map((step) => [step.uses, step]))
  const over = new AbortController()
  const broken = new AbortController()
  const followed = followRun(runStateOf(ports.journal.events(run.id)))
  return {
    ...ports,
    run,
    over: over.signal,
    broken: broken.signal,
    state: () => followed.state(),
    record(node, body): void {
      over.signal.throwIfAborted()
      // Nothing begins after a record that was lost. How an act in hand has ended may still find room.
      if (!ends.has(body.type)) broken.signal.throwIfAborted()
      let event: JournalEvent
      try {
        event = ports.journal.append({ run: run.id, node, body })
      } catch (error) {
        broken.abort(error)
        throw error
      }
      followed.tell(event)
      onEvent(event)
    },
    stepOf(uses): AnyStep<Ports> {
      const step = steps.get(uses)
      if (step === undefined) throw new Error(`there is no step ${uses}`)
      return step
    },
    stop(reason): void {
      // It has stopped for that already.
      if (!broken.signal.aborted || reason !== broken.signal.reason) over.abort(reason)
    },
  }
}
