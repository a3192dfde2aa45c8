import { setTimeout as wait } from 'node:timers/promises'
import { writeRunRequest } from '../inventory/run-request-file.ts'
import { journalOwner } from '../journal/read-journal.ts'
import { runState, type RunState } from '../model/run-state.ts'
import type { RunRequestDocument } from '../model/run-request.ts'
import type { CommandContext } from './context.ts'
import { withRun } from './find-run.ts'
import { runActor } from './run-actor.ts'
import { isGone } from './run-view.ts'
import { journalPath, runPath } from './state-paths.ts'

const pollMs = 300
const patienceMs = 60_000

/**
 * Asks the process that is at work on a run for something, and waits until the journal says that it was heeded: false when that
 * process has not answered within a minute, or is no more.
 */
export async function askRun(
  context: CommandContext,
  {
    run,
    want,
    isHeeded,
  }: {
    run: string
    want: RunRequestDocument['want']
    isHeeded: (state: RunState) => boolean
  },
): Promise<boolean> {
  const owner = journalOwner(journalPath(context))
  if (owner === undefined || isGone(owner.state)) return false
  await writeRunRequest(runPath(context, run, 'request'), {
    schema: 'run-request/v1',
    run,
    to: owner.owner.token,
    want,
    by: runActor(),
    at: context.clock.now(),
  })
  const untilMs = context.clock.monotonicMs() + patienceMs
  for (;;) {
    const state = await withRun(context, run, (reader) => runState(run, reader.milestones(run)))
    if (isHeeded(state)) return true
    const now = journalOwner(journalPath(context))
    const isLeft = now?.owner.token !== owner.owner.token || isGone(now.state)
    if (isLeft || context.clock.monotonicMs() >= untilMs) return false
    await wait(pollMs, undefined, { signal: context.signal })
  }
}
