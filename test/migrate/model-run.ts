import type { GateAnswer, Hold, RunGates, RunWindows } from '../../src/migrate/admission.ts'
import { createRunControl, type RunControl } from '../../src/migrate/run-control.ts'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import { runPlan } from '../../src/migrate/run-plan.ts'
import type { RunSelection } from '../../src/migrate/run-selection.ts'
import type { JournalEvent, JournalEventBody } from '../../src/model/journal-record.ts'
import type { NodeGuard } from '../../src/model/node-guard.ts'
import type { Plan } from '../../src/model/plan.ts'
import { memoryJournal, type JournalDisk } from '../support/memory-journal.ts'
import { virtualClock, type VirtualClock } from '../steps/virtual-clock.ts'
import { modelSteps, type EffectKind, type ModelProcess, type ModelWorld } from './model-world.ts'

const run = { id: 'run-1', holder: 'me@here' }

/** What happens at one record of one process. */
export interface Disturbance {
  /** Counted from the first record of this process. */
  record: number
  moment: 'before' | 'after'
  /** `full` = this record and all later ones are refused. */
  how: 'kill' | 'full' | 'interrupt' | 'detach' | 'abort' | 'pause' | 'lose-lock'
}

export interface ModelRunOptions {
  plan: Plan
  world: ModelWorld
  disk: JournalDisk
  disturbances?: readonly Disturbance[]
  selection?: RunSelection
  /** What the clock on the wall shows when the process begins; otherwise each begins at the same time. */
  startsAt?: string
  gate?: (now: string) => GateAnswer
  windows?: RunWindows
  guard?: NodeGuard
  letGo?: () => Promise<void>
  onHold?: (hold: Hold, control: RunControl, clock: VirtualClock) => void
  onEvent?: (event: JournalEvent, control: RunControl) => void
}

/** Undefined = the process was killed. Each process begins a day later than the epoch of its own clock. */
export async function modelRun(options: ModelRunOptions): Promise<RunResult | undefined> {
  const { plan, world, disk, disturbances = [], selection = {} } = options
  const clock = virtualClock()
  if (options.startsAt !== undefined) clock.jump(Date.parse(options.startsAt) - Date.parse(clock.now()))
  const control = createRunControl()
  const lost = new AbortController()
  const first = disk.events.length
  let [isDead, isFull] = [false, false]

  function disturb(moment: 'before' | 'after', seq: number): void {
    if (isDead) throw new Error('the process is dead')
    if (isFull && moment === 'before') throw diskError()
    for (const { record, moment: when, how } of disturbances) {
      if (record !== seq - first || when !== moment) continue
      if (how === 'kill') {
        isDead = true
        throw new Error('killed')
      }
      if (how === 'full') {
        isFull = true
        if (moment === 'before') throw diskError()
      } else if (how === 'pause') {
        const reason = { en: 'wait', zh: '等待' }
        clock.after(0, () => control.pause(reason))
        clock.after(90_000, () => control.resume())
      } else clock.after(0, () => act(how))
    }
  }

  function act(how: 'interrupt' | 'detach' | 'abort' | 'lose-lock'): void {
    if (how === 'abort') control.abort({ en: 'enough', zh: '够了' })
    else if (how === 'lose-lock') lost.abort(new Error('somebody else has the lock'))
    else for (let times = how === 'detach' ? 2 : 1; times > 0; times -= 1) control.interrupt()
  }

  const diskError = (): Error => new Error('no space left on device')
  const journal = memoryJournal(disk, { clock, around: disturb })
  if (disk.runs.length === 0)
    journal.begin({ id: run.id, plan: 'digest', actor: 'me', version: '0.0.0', startedAt: clock.now() })
  const ports: ModelProcess = {
    world,
    clock,
    isAlive: () => !isDead,
    onEffect: ({ token, kind, node, uses }) => {
      const wrong = notAllowed(disk, { token, kind, node })
      if (wrong !== undefined) world.violations.push(`${kind} of ${uses} on ${node}: ${wrong}`)
    },
  }
  const gates: RunGates = {
    ask: async () => {
      await Promise.resolve()
      return options.gate === undefined ? [] : [options.gate(clock.now())]
    },
    pollMs: 10_000,
    mostMs: 600_000,
  }
  const working = runPlan(plan, {
    engine: { journal, clock, wait: clock.wait, steps: modelSteps, ports },
    run,
    control,
    gates,
    windows: options.windows ?? { mayStart: () => ({ open: true }) },
    selection,
    lost: lost.signal,
    ...(options.guard === undefined ? {} : { guard: options.guard }),
    ...(options.letGo === undefined ? {} : { letGo: options.letGo }),
    onEvent: (event) => options.onEvent?.(event, control),
    onHold: (hold) => options.onHold?.(hold, control, clock),
  })
  const hasEnded = await clock.run(working, 7 * 24 * 3_600_000)
  if (isDead) return undefined
  if (!hasEnded) throw new Error('the run does not end')
  return await working
}

/** No effect without a record of it on disk, none twice, none after the point of no return that gives back. */
function notAllowed(
  disk: JournalDisk,
  { token, kind, node }: { token: string; kind: EffectKind; node: string },
): string | undefined {
  const ofNode = disk.events.filter((event) => event.node === node)
  const anew = ofNode.findLastIndex(
    ({ body }) => body.type === 'node-ended' && ['returned', 'rolled-back'].includes(body.outcome),
  )
  const bodies = ofNode.slice(anew + 1)
  const last = bodies.findLast(({ body }) => 'token' in body && body.token === token)?.body
  const type = kind === 'act' ? 'step-started' : 'undo-started'
  if (last?.type !== type) return `the last record of its token is ${last?.type}`
  const isPast = bodies.some(({ body }) => body.type === 'point-of-no-return')
  const isRollingBack = bodies.some(({ body }) => body.type === 'node-rolling-back')
  if (isRollingBack !== token.endsWith(':back')) return 'it goes the other way'
  if (kind === 'rollback') return isRollingBack ? undefined : 'nobody has asked for the way back'
  if (kind === 'undo' && isPast) return 'it is past its point of no return'
  if (kind === 'act' && last.uses === 'host.provision' && !isPast)
    return 'the point of no return is not recorded'
  return undefined
}

/** Types of events in their order, with the step: `step-done cluster.cordon`. */
export function storyOf(disk: JournalDisk, node: string | null): string[] {
  const told = (body: JournalEventBody): string => {
    if (body.type === 'node-ended' || body.type === 'run-ended') return `${body.type} ${body.outcome}`
    return 'uses' in body ? `${body.type} ${body.uses}` : body.type
  }
  return disk.events.filter((event) => event.node === node).map(({ body }) => told(body))
}
