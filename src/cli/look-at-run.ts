import { journalOwner } from '../journal/read-journal.ts'
import type { JournalRun } from '../model/journal-record.ts'
import { MigrationError } from '../model/errors.ts'
import { runState, type RunState } from '../model/run-state.ts'
import type { CommandContext } from './context.ts'
import { withRun } from './find-run.ts'
import { runStatusTexts } from './messages-runs.ts'
import { isGone, runAtWork, runStatus, type RunStatus } from './run-view.ts'
import { journalPath } from './state-paths.ts'

/** A run as it is now. */
export interface SeenRun {
  run: JournalRun
  state: RunState
  status: RunStatus
  /** Some process has it, as far as can be told. */
  isAtWork: boolean
}

/** Looks at the run that is meant; throws RUN_NOT_FOUND. */
export async function lookAtRun(context: CommandContext, typed: string): Promise<SeenRun> {
  const owner = journalOwner(journalPath(context))
  return await withRun(context, typed, (reader, run) => {
    const atWork = runAtWork(reader, reader.runs())
    const state = runState(run.id, reader.milestones(run.id))
    return {
      run,
      state,
      status: runStatus(state, owner, atWork),
      isAtWork: atWork === run.id && owner !== undefined && !isGone(owner.state) && state.status !== 'ended',
    }
  })
}

/** Throws RUN_ENDED for a run in which nothing is left to do. */
export function refuseEnded({ say }: CommandContext, { run, state, status }: SeenRun): void {
  if (state.status !== 'ended') return
  const names = [...state.nodes.values()]
    .filter(({ status }) => status === 'failed' || status === 'returned')
    .map(({ name }) => `--retry ${name}`)
  throw new MigrationError('RUN_ENDED', `the run ${run.id} has ended: ${say(runStatusTexts[status])}`, {
    hint:
      names.length === 0 || state.isAborting
        ? 'there is nothing left to do in it: osferry plan create makes the next plan'
        : `osferry runs resume ${run.id} ${names.slice(0, 5).join(' ')} tries again`,
    details: { run: run.id },
  })
}
