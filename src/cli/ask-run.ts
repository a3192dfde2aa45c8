import { setTimeout as wait } from 'node:timers/promises'
import { readRunRequest, removeRunRequest, writeRunRequest } from '../inventory/run-request-file.ts'
import { journalOwner } from '../journal/read-journal.ts'
import { canonicalJson } from '../model/canonical-json.ts'
import { runState, type RunState } from '../model/run-state.ts'
import type { RunRequestDocument } from '../model/run-request.ts'
import type { CommandContext } from './context.ts'
import { withRun } from './find-run.ts'
import { runActor } from './run-actor.ts'
import { isGone } from './run-view.ts'
import { journalPath, runPath } from './state-paths.ts'

const pollMs = 300
const patienceMs = 60_000

/** `withdrawn` = it was not heeded, and never will be; `unknown` = that process took it, and did not say in time what came of it. */
export type AskedAnswer = 'heeded' | 'withdrawn' | 'unknown'

/**
 * Asks the process that is at work on a run for something, and waits until the journal says that it was heeded. When that
 * process has not answered within a minute, is no more, or the person has left, the request is withdrawn.
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
): Promise<AskedAnswer> {
  const owner = journalOwner(journalPath(context))
  if (owner === undefined || isGone(owner.state)) return 'withdrawn'
  const path = runPath(context, run, 'request')
  const request: RunRequestDocument = {
    schema: 'run-request/v1',
    run,
    to: owner.owner.token,
    want,
    by: runActor(),
    at: context.clock.now(),
  }
  await writeRunRequest(path, request)
  const untilMs = context.clock.monotonicMs() + patienceMs
  for (;;) {
    const state = await withRun(context, run, (reader) => runState(run, reader.milestones(run)))
    if (isHeeded(state)) return 'heeded'
    const now = journalOwner(journalPath(context))
    const isLeft = now?.owner.token !== owner.owner.token || isGone(now.state)
    const isOver = isLeft || context.signal.aborted || context.clock.monotonicMs() >= untilMs
    if (isOver) return await withdraw(path, request)
    await wait(pollMs, undefined, { signal: context.signal }).catch(() => undefined)
  }
}

/** Left where it is, it would be heeded when nobody expects it any more. */
async function withdraw(path: string, request: RunRequestDocument): Promise<AskedAnswer> {
  const there = await readRunRequest(path)
  const isOurs = there !== undefined && canonicalJson(there) === canonicalJson(request)
  return isOurs && removeRunRequest(path) ? 'withdrawn' : 'unknown'
}
