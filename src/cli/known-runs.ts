import { openJournalReader } from '../journal/read-journal.ts'
import { MigrationError } from '../model/errors.ts'
import type { JournalRun } from '../model/journal-record.ts'
import type { Plan } from '../model/plan.ts'
import { runState, type RunState } from '../model/run-state.ts'
import type { CommandContext } from './context.ts'
import { fewNames } from '../model/few-names.ts'
import { journalPath } from './state-paths.ts'

/** A run with how its nodes fare. */
export interface KnownRun {
  run: JournalRun
  state: RunState
}

/** Every run of the project, oldest first. */
export function allRuns(context: CommandContext): KnownRun[] {
  const reader = openJournalReader(journalPath(context))
  if (reader === undefined) return []
  try {
    return reader.runs().map((run) => ({ run, state: runState(run.id, reader.milestones(run.id)) }))
  } finally {
    reader.close()
  }
}

/** Throws RUN_ENDED for a plan that was applied already: its nodes would be replaced once more. */
export function refuseApplied(digest: string, runs: readonly KnownRun[]): void {
  for (const { run, state } of runs) {
    if (run.plan !== digest || state.status !== 'ended') continue
    const nodes = [...state.nodes.values()]
    const done = nodes.filter(({ status }) => status === 'done' || status === 'failed')
    if (done.length === 0) continue
    const retry = nodes.filter(({ status }) => status === 'failed' || status === 'returned')
    const names = retry.slice(0, 5).map(({ name }) => ` --retry ${name}`)
    throw new MigrationError('RUN_ENDED', `the plan was applied already, by the run ${run.id}`, {
      hint:
        retry.length === 0 || state.isAborting
          ? 'for what is left make another plan: osferry collect, assess, plan create'
          : `osferry runs resume ${run.id}${names.join('')} tries again; for another plan: osferry plan create`,
      details: { run: run.id },
    })
  }
}

/**
 * Throws RUN_UNFINISHED while another run is at work, or was left, on nodes of this plan; with a digest, of a run that is to
 * begin, also while one of the same plan has not ended.
 */
export function refuseOverlap(
  { nodes }: Plan,
  { run, digest }: { run: string; digest: string | undefined },
  runs: readonly KnownRun[],
): void {
  const planned = new Set(nodes.map(({ name }) => name))
  for (const { run: other, state } of runs) {
    if (other.id === run || state.status === 'ended') continue
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
