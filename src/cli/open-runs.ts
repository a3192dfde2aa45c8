import { openJournalReader } from '../journal/read-journal.ts'
import { MigrationError } from '../model/errors.ts'
import type { JournalRun } from '../model/journal-record.ts'
import type { Plan } from '../model/plan.ts'
import { runState, type RunState } from '../model/run-state.ts'
import type { CommandContext } from './context.ts'
import { fewNames } from '../model/few-names.ts'
import { journalPath } from './state-paths.ts'

/** A run that was begun and has not ended. */
export interface OpenRun {
  run: JournalRun
  state: RunState
}

/** Every run of the project that has not ended, oldest first. */
export function openRuns(context: CommandContext): OpenRun[] {
  const reader = openJournalReader(journalPath(context))
  if (reader === undefined) return []
  try {
    return reader
      .runs()
      .map((run) => ({ run, state: runState(run.id, reader.milestones(run.id)) }))
      .filter(({ state }) => state.status !== 'ended')
  } finally {
    reader.close()
  }
}

/**
 * Throws RUN_UNFINISHED while another run is at work, or was left, on nodes of this plan; with a digest, of a run that is to
 * begin, also while one of the same plan has not ended.
 */
export function refuseOverlap(
  { nodes }: Plan,
  { run, digest }: { run: string; digest: string | undefined },
  open: readonly OpenRun[],
): void {
  const planned = new Set(nodes.map(({ name }) => name))
  for (const { run: other, state } of open) {
    if (other.id === run) continue
    const busy = [...state.nodes.values()]
      .filter(({ name, status }) => status === 'running' && planned.has(name))
      .map(({ name }) => name)
    if (busy.length === 0 && other.plan !== digest) continue
    const what = busy.length === 0 ? 'has the same plan' : `has not ended for ${fewNames(busy)}`
    throw new MigrationError('RUN_UNFINISHED', `the run ${other.id} ${what}`, {
      hint: `go on with it: osferry runs resume ${other.id}; or give its nodes back: osferry runs abort ${other.id}`,
      details: { run: other.id },
    })
  }
}
