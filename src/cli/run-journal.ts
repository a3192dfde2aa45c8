import { dirname } from 'node:path'
import { ensureStateDirectory } from '../inventory/atomic-file.ts'
import { removeLeftBehind } from '../inventory/left-behind.ts'
import { openJournal, type OwnedJournal } from '../journal/journal.ts'
import { refuseParameters } from '../migrate/begin-run.ts'
import { refuseSelection } from '../migrate/run-selection.ts'
import { runStateOf, type RunState } from '../migrate/run-state.ts'
import { MigrationError } from '../model/errors.ts'
import type { CommandContext } from './context.ts'
import { allRuns, refuseApplied, refuseOverlap } from './known-runs.ts'
import { runSteps } from './run-steps.ts'
import type { RunRequest } from './run-world.ts'
import { journalPath } from './state-paths.ts'

/** The journal of the project, and where the run is. */
export interface RunJournal {
  journal: OwnedJournal
  state: RunState
  /** False for a run that the journal does not have yet. */
  isKnown: boolean
}

/**
 * Takes the journal for this process, and refuses what cannot be run: a plan that is not the one of the run, a selection that
 * makes no sense, nodes of another run that has not ended. Nothing is written to it. Throws JOURNAL_* and what it refuses.
 */
export async function openRunJournal(
  context: CommandContext,
  { plan, digest, run, selection }: RunRequest,
): Promise<RunJournal> {
  const { clock, log, signal } = context
  const path = journalPath(context)
  ensureStateDirectory(dirname(path))
  const journal = await openJournal({ path, actor: run.holder, clock, signal })
  try {
    const { takenOver } = journal
    if (takenOver !== undefined)
      log.warn('the journal was taken over from a process that is no more', {
        by: takenOver.from.actor,
        pid: takenOver.from.pid,
        why: takenOver.why,
      })
    const left = await removeLeftBehind(dirname(path))
    if (left.length > 0) log.info('unfinished files of killed processes were removed', { files: left.length })
    const known = journal.runs().find(({ id }) => id === run.id)
    if (known !== undefined && known.plan !== digest)
      throw new MigrationError('PLAN_DIGEST_WRONG', `the run ${run.id} is of the plan ${known.plan}`, {
        hint: `not of ${digest}: osferry runs resume ${run.id} goes on with its own`,
      })
    const runs = allRuns(context)
    if (known === undefined) refuseApplied(digest, runs)
    refuseOverlap(plan, { run: run.id, digest: known === undefined ? digest : undefined }, runs)
    const state = runStateOf(journal.events(run.id))
    refuseSelection(plan, state, selection)
    refuseParameters(plan, { stepOf })
    return { journal, state, isKnown: known !== undefined }
  } catch (error) {
    journal.close()
    throw error
  }
}

const stepOf: Parameters<typeof refuseParameters>[1]['stepOf'] = (uses) => {
  const step = runSteps.find((one) => one.uses === uses)
  if (step === undefined) throw new Error(`there is no step ${uses}`)
  return step
}
