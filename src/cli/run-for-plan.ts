import { randomBytes } from 'node:crypto'
import { runId } from '../model/run-id.ts'
import type { CommandContext } from './context.ts'
import { allRuns, type KnownRun } from './known-runs.ts'

/** The run of a plan that has not ended, or the id of a new one. */
export type RunForPlan = { id: string; open: KnownRun | undefined }

/** One plan has one run at a time: whoever applies it again goes on with it. */
export function runForPlan(context: CommandContext, digest: string): RunForPlan {
  const open = allRuns(context).findLast(({ run, state }) => run.plan === digest && state.status !== 'ended')
  return { id: open?.run.id ?? runId(context.clock.now(), randomBytes(6)), open }
}
