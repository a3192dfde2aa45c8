import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { requireDigest } from '../inventory/plan-file.ts'
import { createRunControl, type RunControl } from '../migrate/run-control.ts'
import type { FailedStep, RunResult } from '../migrate/run-outcome.ts'
import type { EndedRun, RunHooks, RunInHand } from '../wizard/move.ts'
import type { CommandContext } from './context.ts'
import type { CommandInput } from './define-command.ts'
import { exitCodeRows } from './exit-codes.ts'
import { holdText } from './hold-text.ts'
import { eventText } from './messages-runs.ts'
import { performRun } from './perform-run.ts'
import { planOf } from './plan-arguments.ts'
import { refuseStaleRun } from './refuse-stale-run.ts'
import { requireApproval } from './require-approval.ts'
import { runActor } from './run-actor.ts'
import { runExit } from './run-exit.ts'
import { leaving } from './run-session.ts'
import { runForPlan } from './run-for-plan.ts'
import { stateBefore } from './run-progress.ts'
import { journalPath, shortPath } from './state-paths.ts'
import { heedRequests } from './watch-requests.ts'
import { reportFileNames } from './write-reports.ts'

/**
 * Begins what `osferry apply PLAN --approve DIGEST` does. Resolves when the run has its first record, or has ended without one;
 * rejects with what refuses it before. The signal of the context ends it before it has begun; a run that has begun is told to
 * stop by it, until it is handed over: then that is for whoever holds it.
 */
export async function startWizardRun(
  given: CommandContext,
  meant: { path: string; playbook: string; digest: string },
  hooks: RunHooks,
): Promise<RunInHand> {
  const { log } = given
  const warn = (message: string): void => hooks.onWarning(message)
  // The terminal is the wizard's: nothing else is written to it, and nobody else may ask.
  const context: CommandContext = { ...given, canPrompt: false, log: { ...log, warn } }
  const { digest } = meant
  const input = inputOf(meant)
  const file = await planOf(context, input)
  requireDigest(file, digest)
  const { id, open } = runForPlan(context, file.digest)
  await refuseStaleRun(context, input, { file, run: { id, open } })
  await requireApproval(context, input, file)
  context.signal.throwIfAborted()
  hooks.onStart(id, stateBefore(context, id))
  const control = createRunControl()
  const interrupt = (): void => control.interrupt()
  context.signal.addEventListener('abort', interrupt, { once: true })
  const end = new AbortController()
  const forced = context.forced(leaving)
  forced.addEventListener('abort', interrupt, { once: true, signal: end.signal })
  const begun = Promise.withResolvers<void>()
  const performing = performRun(context, {
    plan: file.plan,
    digest: file.digest,
    run: { id, holder: runActor() },
    selection: {},
    control,
    onLock: (token) => heedRequests(context, { run: id, token, control }),
    onEvent(event): void {
      begun.resolve()
      hooks.onEvent(event, eventText(event.body))
    },
    onHold: (hold) => hooks.onHold(holdText(hold)),
  })
  const performed = endAfter(performing, () => end.abort())
  try {
    await Promise.race([begun.promise, performed])
  } finally {
    context.signal.removeEventListener('abort', interrupt)
  }
  return {
    ...controls(control),
    ended: performed.then((result) => endedRun(context, { run: id, digest: file.digest }, result)),
  }
}

async function endAfter<T>(work: Promise<T>, end: () => void): Promise<T> {
  try {
    return await work
  } finally {
    end()
  }
}

/** The command line that does the same. */
function inputOf({
  path,
  playbook,
  digest,
}: {
  path: string
  playbook: string
  digest: string
}): CommandInput {
  const flags: Readonly<Record<string, string>> = { '--approve': digest, '--playbook': playbook }
  return {
    arguments: [path],
    value: (flag) => flags[flag],
    values: () => [],
    on: () => false,
  }
}

function controls(control: RunControl): Omit<RunInHand, 'ended'> {
  return {
    isPaused: () => control.pausedFor() !== undefined,
    pause: () => control.pause({ en: 'somebody paused it in the wizard', zh: '有人在向导中暂停' }),
    resume: () => control.resume(),
    abort: () => control.abort({ en: 'somebody aborted it in the wizard', zh: '有人在向导中中止' }),
    interrupt: () => control.interrupt(),
    isStopping: () => control.stopping.aborted,
  }
}

function endedRun(
  context: CommandContext,
  { run, digest }: { run: string; digest: string },
  result: RunResult,
): EndedRun {
  const exit = runExit(context, result, { run, selection: {}, digest })
  const row = exitCodeRows.find(({ code }) => code === exit.code)
  return {
    run,
    exitCode: exit.code,
    meaning: row?.meaning ?? { en: '?', zh: '?' },
    reason: exit.reason,
    nodes: result.nodes.map(({ node, state, isPastPointOfNoReturn, failed, notUndone, rollback }) => ({
      node,
      state,
      isPastPointOfNoReturn,
      because: [...(failed === undefined ? [] : [failed]), ...notUndone].map(words).join('; ') || undefined,
      rollback,
    })),
    next: exit.next,
    files: filesOf(context),
  }
}

function words({ uses, failure }: FailedStep): string {
  return `${uses}: ${failure.message} [${failure.code}]`
}

function filesOf(context: CommandContext): EndedRun['files'] {
  const report = join(context.settings.required('report.dir'), reportFileNames.html)
  const journal = shortPath(context, journalPath(context))
  return [
    { what: { en: 'Journal', zh: '日志' }, path: journal },
    ...(existsSync(report)
      ? [{ what: { en: 'Report before the move', zh: '迁移前的报告' }, path: shortPath(context, report) }]
      : []),
  ]
}
