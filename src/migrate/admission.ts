import type { ErrorCode } from '../model/errors.ts'
import type { GateAnswer, GatePlace, GateQuestion } from '../model/gate.ts'
import type { Text } from '../model/text.ts'
import type { Wake } from '../steps/wake.ts'
import type { Engine } from './engine.ts'
import { isAway } from './node-state.ts'
import type { Halt } from './run-outcome.ts'
import type { RunState } from './run-state.ts'

export type { GateAnswer } from '../model/gate.ts'

/** What must be so before a node starts: workloads back at their counts, no alert, a command. */
export interface RunGates {
  ask(question: GateQuestion, signal: AbortSignal): Promise<readonly GateAnswer[]>
  /** Asked again so often while one is not open. */
  pollMs: number
  /** A gate that is not open for so long, while nothing else is waited for, ends the run, resumable. */
  mostMs: number
}

/** Whether a node may start at a time; `opensAt` null = never again. Times are ISO 8601. */
export type WindowAnswer = { open: true } | { open: false; opensAt: string | null; message: string }

export interface RunWindows {
  mayStart(now: string): WindowAnswer
}

/** What the start of a node, or of a wave, waits for. */
export type Hold =
  | { for: 'window'; until: string; message: string }
  | { for: 'gate'; gates: readonly GateAnswer[] }
  | { for: 'soak'; until: string }
  | { for: 'pause'; reason: Text }

export interface AdmissionOptions<Ports> {
  engine: Engine<Ports>
  wake: Wake
  gates: RunGates
  windows: RunWindows
  /** Why nothing is started any more. */
  haltOf(): Halt | undefined
  pausedFor(): Text | undefined
  /** Tells whether one more node may be away; `never` = nothing that is under way will change that. */
  roomOf(): 'free' | 'later' | 'never'
  /** Ends a gate that is asked. */
  stop: AbortSignal
  onHold: (hold: Hold) => void
}

/** Wall clocks jump: a time that is waited for is looked at again so often. */
const lookAgainMs = 30_000

/** Why a node does not start; `message` is what the gate or the window has said. */
export interface Refusal {
  halt: Halt
  message: string | undefined
  /** Of the errors by which nodes were refused. */
  codes?: readonly ErrorCode[]
}

export interface Admission {
  /** Resolves when the node may start, or tells why it does not. */
  admit(place: GatePlace): Promise<Refusal | undefined>
  /** Rests for so long, whatever the wall clock does meanwhile, or until nothing is started any more. */
  soak(ms: number): Promise<void>
}

/** Decides when the next node starts: one at a time, so that nothing changes between the question and the start. */
export function openAdmission<Ports>(options: AdmissionOptions<Ports>): Admission {
  const { engine, wake, gates, windows, onHold } = options
  const { clock } = engine
  /** The last that was written of each gate. */
  const written = new Map<string, string>()

  /** Whatever happens until then, by the clock that never jumps, is looked at. */
  async function changed(untilMs?: number): Promise<void> {
    await wake.changed(untilMs, engine.over).catch(() => undefined)
  }

  /** When a time on the wall is looked at again. */
  function nextLook(time: string): number {
    const leftMs = Date.parse(time) - Date.parse(clock.now())
    return clock.monotonicMs() + Math.min(lookAgainMs, Math.max(1, leftMs))
  }

  async function closedGates(place: GatePlace): Promise<GateAnswer[]> {
    const answers = await gates.ask(questionAt(place, engine.state()), options.stop)
    for (const answer of answers) {
      const { gate, outcome, message } = answer
      const text = `${place.wave} ${outcome} ${outcome === 'open' ? '' : message}`
      if (written.get(gate) === text) continue
      written.set(gate, text)
      engine.record(null, { type: 'gate', gate, outcome, message })
    }
    return answers.filter(({ outcome }) => outcome !== 'open')
  }

  return {
    async admit(place) {
      let closedSinceMs: number | undefined
      for (;;) {
        const halt = options.haltOf()
        if (halt !== undefined) return { halt, message: undefined }
        const reason = options.pausedFor()
        const room = options.roomOf()
        if (room === 'never') return { halt: 'no-room', message: undefined }
        if (reason !== undefined || room === 'later') {
          if (reason !== undefined) onHold({ for: 'pause', reason })
          closedSinceMs = undefined
          await changed()
          continue
        }
        const window = windows.mayStart(clock.now())
        if (!window.open) {
          const { opensAt, message } = window
          if (opensAt === null) return { halt: 'window', message }
          onHold({ for: 'window', until: opensAt, message })
          closedSinceMs = undefined
          await changed(nextLook(opensAt))
          continue
        }
        const closed = await closedGates(place).catch((error: unknown) => {
          if (options.stop.aborted) return undefined
          throw error
        })
        if (closed === undefined) continue
        if (closed.length > 0) {
          closedSinceMs ??= clock.monotonicMs()
          const leftMs = closedSinceMs + gates.mostMs - clock.monotonicMs()
          const message = closed.map(({ gate, message }) => `${gate}: ${message}`).join('; ')
          if (leftMs <= 0) return { halt: 'gate', message }
          onHold({ for: 'gate', gates: closed })
          const signal = AbortSignal.any([engine.over, options.stop])
          await engine.wait(Math.min(gates.pollMs, leftMs), signal).catch(() => undefined)
          continue
        }
        closedSinceMs = undefined
        // The gates took their time.
        const isStill =
          options.haltOf() === undefined && options.pausedFor() === undefined && options.roomOf() === 'free'
        if (isStill && windows.mayStart(clock.now()).open) return undefined
      }
    },

    async soak(ms): Promise<void> {
      const endMs = clock.monotonicMs() + ms
      onHold({ for: 'soak', until: new Date(Date.parse(clock.now()) + ms).toISOString() })
      while (options.haltOf() === undefined && clock.monotonicMs() < endMs) await changed(endMs)
    },
  }
}

function questionAt(place: GatePlace, { nodes }: RunState): GateQuestion {
  const states = [...nodes]
  return {
    ...place,
    ended: states.flatMap(([name, state]) => (state.status === 'ended' && !isAway(state) ? [name] : [])),
    away: states.flatMap(([name, state]) => (isAway(state) ? [name] : [])),
  }
}
