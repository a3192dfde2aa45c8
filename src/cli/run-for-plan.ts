import { randomBytes } from 'node:crypto'
import type { JournalRun } from '../model/journal-record.ts'
import { runId } from '../model/run-id.ts'
import type { RunState } from '../model/run-state.ts'
import type { CommandContext } from './context.ts'
import { openRuns } from './open-runs.ts'

/** The run of a plan that has not ended, or the id of a new one. */
export type RunForPlan = { id: string; open: { run: JournalRun; state: RunState } | undefined }

/** One plan has one run at a time: whoever applies it again goes on with it. */
export function runForPlan(context: CommandContext, digest: string): RunForPlan {
  const open = openRuns(context).findLast(({ run }) => run.plan === digest)
  return { id: open?.run.id ?? runId(context.clock.now(), randomBytes(6)), open }
}
