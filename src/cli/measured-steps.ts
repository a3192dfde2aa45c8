import { openJournalReader, type JournalReader } from '../journal/read-journal.ts'
import { isMigrationError } from '../model/errors.ts'
import type { JournalRun } from '../model/journal-record.ts'
import type { Target } from '../model/target.ts'
import { doneAttempts, measureSteps, type StepAttempt } from '../plan/measure-steps.ts'
import type { MeasuredSteps } from '../plan/step-estimates.ts'
import type { CommandContext } from './context.ts'
import { keptPlan } from './kept-plan.ts'
import { journalPath } from './state-paths.ts'

/** Records at the end of the journal that are looked at: some hundred nodes, in a fraction of a second. */
const most = 10_000

/**
 * How long steps have taken in this project's runs to a target; nothing where it has no journal. A run whose plan is not kept
 * any more, or was changed, is left out with a warning: nobody can tell its target. Throws JOURNAL_* for a journal that is not as
 * it was written.
 */
export async function measuredSteps(
  context: CommandContext,
  target: Target,
  { newestRecords = most }: { newestRecords?: number } = {},
): Promise<MeasuredSteps> {
  const reader = openJournalReader(journalPath(context))
  if (reader === undefined) return {}
  try {
    const runs = reader.runs().map((run) => ({ run, last: reader.lastSeq(run.id) }))
    const afterSeq = Math.max(0, ...runs.map(({ last }) => last)) - newestRecords
    const isAsked = targetCheck(context, target)
    const attempts: StepAttempt[] = []
    for (const { run, last } of runs) {
      context.signal.throwIfAborted()
      const done = last > afterSeq ? attemptsOf(reader, run, afterSeq) : []
      if (done.length > 0 && (await isAsked(run))) attempts.push(...done)
    }
    return measureSteps(attempts)
  } finally {
    reader.close()
  }
}

function attemptsOf(reader: JournalReader, { id }: JournalRun, afterSeq: number): StepAttempt[] {
  const takeovers = reader.takeovers(id).map(({ after }) => after)
  return doneAttempts(reader.attempts(id, afterSeq), takeovers)
}

/** Whether a run was to the target; several runs of one plan ask once. */
function targetCheck(context: CommandContext, target: Target): (run: JournalRun) => Promise<boolean> {
  const known = new Map<string, boolean>()
  return async ({ id, plan: digest }) => {
    const isTarget = known.get(digest) ?? (await targetOf(context, id, digest)) === target
    known.set(digest, isTarget)
    return isTarget
  }
}

async function targetOf(context: CommandContext, run: string, digest: string): Promise<Target | undefined> {
  try {
    const { plan } = await keptPlan(context, digest)
    return plan.playbook.target
  } catch (error) {
    if (!isMigrationError(error)) throw error
    const { message } = error
    context.log.warn('the times of a run are not used for estimates: its plan cannot be read', {
      run,
      message,
    })
    return undefined
  }
}
