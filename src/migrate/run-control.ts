import { RunLeft } from '../model/run-left.ts'
import type { Text } from '../model/text.ts'

/** What a person, or a signal of the process, wants of a run that is at work. */
export interface RunControl {
  /** Aborted = the steps in hand are finished, and nothing is begun after them; the run can be resumed. */
  readonly stopping: AbortSignal
  /** Aborted, with RunLeft, = everything is left as it is now; the run can be resumed. */
  readonly detaching: AbortSignal
  /** Aborted = nodes before their point of no return go back, the others finish, and the run ends. Its reason is a Text. */
  readonly aborting: AbortSignal
  /** Why it is paused; undefined = it is not. */
  pausedFor(): Text | undefined
  /** The first time it stops, the second time it detaches. */
  interrupt(): void
  abort(reason: Text): void
  /** The steps in hand are finished, and the run waits until it is resumed. */
  pause(reason: Text): void
  resume(): void
  /** Calls back after every change. */
  listen(listener: () => void): void
}

export function createRunControl(): RunControl {
  const stopping = new AbortController()
  const detaching = new AbortController()
  const aborting = new AbortController()
  const listeners: (() => void)[] = []
  let paused: Text | undefined
  const changed = (): void => {
    for (const listener of listeners) listener()
  }
  return {
    stopping: stopping.signal,
    detaching: detaching.signal,
    aborting: aborting.signal,
    pausedFor: () => paused,
    interrupt(): void {
      if (stopping.signal.aborted) detaching.abort(new RunLeft())
      else stopping.abort()
      changed()
    },
    abort(reason): void {
      aborting.abort(reason)
      changed()
    },
    pause(reason): void {
      paused = reason
      changed()
    },
    resume(): void {
      paused = undefined
      changed()
    },
    listen(listener): void {
      listeners.push(listener)
    },
  }
}
