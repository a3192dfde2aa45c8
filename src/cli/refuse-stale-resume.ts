import type { PlanFile } from '../inventory/plan-file.ts'
import { selectedNodes, type RunSelection } from '../migrate/run-selection.ts'
import type { CommandContext } from './context.ts'
import type { CommandInput } from './define-command.ts'
import type { KnownRun } from './known-runs.ts'
import { hostChanges } from './plan-staleness.ts'
import { refuseStale } from './refuse-stale.ts'

export interface ResumedRun {
  file: PlanFile
  seen: KnownRun
  selection: RunSelection
}

/**
 * Throws PLAN_STALE when a node that would start, or begin anew, is another one than when the plan was made. The playbook does
 * not count: the kept plan has all of it. Nodes that are under way go on: the run has changed them itself.
 */
export async function refuseStaleResume(
  context: CommandContext,
  input: CommandInput,
  { file, seen: { run, state }, selection }: ResumedRun,
): Promise<void> {
  if (selection.rollback !== undefined) return
  const chosen = selectedNodes(file.plan, selection)
  const starts = (name: string): boolean => {
    const status = state.nodes.get(name)?.status ?? 'planned'
    if (status === 'returned' || status === 'rolled-back') return selection.retry?.includes(name) === true
    return status === 'planned'
  }
  const starting = file.plan.nodes.filter(({ name }) => chosen.has(name) && starts(name))
  if (starting.length === 0) return
  const hosts = new Set(starting.map(({ host }) => host))
  const changes = await hostChanges(context, input, file.plan)
  const hint = `finish what is under way with osferry runs resume ${run.id} --only NODE; for the others make a new plan: osferry plan create`
  refuseStale(
    context,
    { path: file.path, hint },
    changes.filter(({ host }) => host !== null && hosts.has(host)),
  )
}
