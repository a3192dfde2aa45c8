import type { JournalEvent } from '../model/journal-record.ts'
import type { NodeGuard } from '../model/node-guard.ts'
import type { Plan } from '../model/plan.ts'
import { isWhole } from '../model/run-part.ts'
import type { Text } from '../model/text.ts'
import { createWake } from '../steps/wake.ts'
import { openAdmission, type Hold, type Refusal, type RunGates, type RunWindows } from './admission.ts'
import { beginRun, refuseParameters } from './begin-run.ts'
import { refuseRollback } from './refuse-rollback.ts'
import { openEngine, type EnginePorts } from './engine.ts'
import { heedControl } from './heed-control.ts'
import { createNodesAtWork } from './nodes-at-work.ts'
import { pendingNode } from './node-state.ts'
import type { RunControl } from './run-control.ts'
import { endRun } from './end-run.ts'
import { awayCount, failureHalt, type Halt, type RunResult } from './run-outcome.ts'
import {
  lastPhase,
  nodesToBeginAnew,
  nodesToBring,
  nodesToRetry,
  partOf,
  refuseSelection,
  selectedNodes,
  type RunSelection,
} from './run-selection.ts'
import { withoutNodes } from './run-state.ts'
import { runWaves } from './run-waves.ts'

export interface RunPlanOptions<Ports> {
  engine: EnginePorts<Ports>
  run: { id: string; holder: string }
  control: RunControl
  gates: RunGates
  windows: RunWindows
  selection: RunSelection
  /** Aborted, with an error, when somebody else has taken the lock. */
  lost: AbortSignal
  /** What is held while a node is worked on; a node that it refuses is not touched, and no further one is started. */
  guard?: NodeGuard
  /** Lets go what is held for the whole run: before the record of its end, so that a kill after it leaves nothing behind. */
  letGo?: () => Promise<void>
  /** Told of every event when it is on disk. */
  onEvent(event: JournalEvent): void
  /** Told what the next start waits for. */
  onHold: (hold: Hold) => void
}

const abortReason: Text = { en: 'the run was aborted', zh: '运行已中止' }
const failureReason: Text = {
  en: 'another node failed with its data or a quorum in danger',
  zh: '另一个节点失败，数据或仲裁处于危险之中',
}

/**
 * Runs a plan, or goes on with it: where it is, is told by the journal alone, in which the run has been begun. Waves come in
 * their order; nodes that were under way come first, whatever windows and gates say; one that begins anew has its turn in its
 * wave. Throws before anything is written when the selection or the parameters of a step are not valid.
 */
export async function runPlan<Ports>(plan: Plan, options: RunPlanOptions<Ports>): Promise<RunResult> {
  const { control, selection, guard } = options
  const lost = guard === undefined ? options.lost : AbortSignal.any([options.lost, guard.lost])
  const wake = createWake(options.engine.clock, options.engine.wait)
  const returning = new AbortController()
  const engine = openEngine(options.engine, {
    run: options.run,
    onEvent(event): void {
      if (event.node !== null && event.body.type === 'node-started') anew.delete(event.node)
      options.onEvent(event)
      giveBack()
      wake.notify()
    },
  })
  refuseSelection(plan, engine.state(), selection)
  refuseParameters(plan, engine)
  refuseRollback(engine, plan, selection)
  const chosen = selectedNodes(plan, selection)
  // What they have failed on before does not count once more.
  const anew = new Set(nodesToBeginAnew(selection, engine.state()))
  const isFresh = (name: string): boolean =>
    anew.has(name) || (engine.state().nodes.get(name) ?? pendingNode).status === 'pending'
  const failuresSay = (): ReturnType<typeof failureHalt> =>
    failureHalt(plan, withoutNodes(engine.state(), anew))
  const until = lastPhase(selection)
  let mostAway = 1

  /** Nodes that are not past their point of no return go back. */
  function giveBack(): void {
    if (engine.state().isAborting) returning.abort(abortReason)
    else if (failuresSay() === 'return') returning.abort(failureReason)
  }

  function haltOf(): Halt | undefined {
    if (engine.over.aborted) return control.detaching.aborted ? 'interrupted' : 'error'
    if (engine.broken.aborted) return 'error'
    if (engine.state().isAborting) return 'aborted'
    if (control.stopping.aborted) return 'interrupted'
    if (atWork.refusals().length > 0) return 'gate'
    return failuresSay() === 'none' ? undefined : 'failures'
  }

  const isPaused = (): boolean => control.pausedFor() !== undefined
  const atWork = createNodesAtWork(plan, {
    engine,
    wake,
    guard,
    mayBegin: () =>
      haltOf() === undefined && !isPaused() && options.windows.mayStart(options.engine.clock.now()).open,
    options: {
      until: until === 'back' ? 'restore' : until,
      isFresh,
      returning: returning.signal,
      stopping: control.stopping,
      async mayGoOn(): Promise<boolean> {
        while (isPaused() && !control.stopping.aborted && !returning.signal.aborted)
          await wake.changed(undefined, AbortSignal.any([engine.over, engine.broken]))
        return !control.stopping.aborted
      },
    },
  })
  const admission = openAdmission({
    ...options,
    engine,
    wake,
    haltOf,
    pausedFor: () => control.pausedFor(),
    roomOf() {
      // A node that was started counts from its first record.
      if (awayCount(engine.state()) + atWork.countEntering() < mostAway) return 'free'
      return atWork.count() > 0 ? 'later' : 'never'
    },
    stop: AbortSignal.any([control.stopping, returning.signal]),
  })

  const isPart = !isWhole(partOf(selection))
  const ending = { engine, chosen, isPart, until, letGo: options.letGo }
  const reopened = [...nodesToRetry(selection, engine.state()), ...nodesToBring(selection, engine.state())]
  if (engine.state().status === 'ended' && reopened.length === 0)
    return await endRun(plan, { ...ending, refusal: undefined, halt: undefined })
  const quiet = new AbortController()
  const heed = (): void => heedControl(engine, { control, lost, wake, isEnding: () => quiet.signal.aborted })
  let refusal: Refusal | undefined
  try {
    beginRun(engine, plan, selection)
    giveBack()
    control.listen(heed)
    lost.addEventListener('abort', heed, { signal: quiet.signal })
    engine.broken.addEventListener('abort', () => wake.notify(), { signal: quiet.signal })
    heed()
    for (const [name, { status }] of engine.state().nodes)
      if (chosen.has(name) && status !== 'pending' && status !== 'ended') atWork.start(name)
    if (until !== 'back')
      refusal = await runWaves(plan, {
        engine,
        admission,
        atWork,
        chosen,
        isFresh,
        isHalted: () => haltOf() !== undefined,
        onWave: ({ maxUnavailable }) =>
          (mostAway = Math.min(maxUnavailable, selection.maxUnavailable ?? maxUnavailable)),
      })
  } catch (error) {
    engine.stop(error)
  }
  await atWork.settled([...chosen])
  quiet.abort()
  const held = atWork.refusals()
  if (held.length > 0) {
    const message = held.map((error) => error.message).join('; ')
    refusal = { halt: 'gate', message, codes: [...new Set(held.map(({ code }) => code))] }
  }
  return await endRun(plan, { ...ending, refusal, halt: haltOf() })
}
