import type { Text } from '../model/text.ts'
import type { Wake } from '../steps/wake.ts'
import type { Engine } from './engine.ts'
import type { RunControl } from './run-control.ts'

/**
 * Does what a person, or the loss of the lock, asks for; it is in the journal before anything follows from it. Once the run ends
 * (`isEnding`) nothing follows from a pause or an abort any more, and neither is written: no record comes after that of the end.
 */
export function heedControl<Ports>(
  engine: Engine<Ports>,
  {
    control,
    lost,
    wake,
    isEnding,
  }: { control: RunControl; lost: AbortSignal; wake: Wake; isEnding: () => boolean },
): void {
  if (lost.aborted) engine.stop(lost.reason)
  if (control.detaching.aborted) engine.stop(control.detaching.reason)
  if (isEnding()) return
  try {
    const { isAborting, isPaused } = engine.state()
    if (control.aborting.aborted && !isAborting)
      engine.record(null, { type: 'run-aborting', reason: control.aborting.reason as Text })
    const reason = control.pausedFor()
    if (reason !== undefined && !isPaused) engine.record(null, { type: 'run-paused', reason })
    if (reason === undefined && isPaused) engine.record(null, { type: 'run-resumed' })
  } catch (error) {
    // Whoever is at work learns of it by the engine.
    engine.stop(error)
  }
  wake.notify()
}
