import type { PlanFile } from '../inventory/plan-file.ts'
import type { CommandContext } from './context.ts'
import type { CommandInput } from './define-command.ts'
import { planChanges } from './plan-staleness.ts'
import { refuseStale } from './refuse-stale.ts'
import type { RunForPlan } from './run-for-plan.ts'

/** Throws PLAN_STALE. Of a run that is gone on with only what was not begun can be stale: the rest it has changed itself. */
export async function refuseStaleRun(
  context: CommandContext,
  input: CommandInput,
  { file, run }: { file: PlanFile; run: RunForPlan },
): Promise<void> {
  const changes = await planChanges(context, input, file.plan)
  if (run.open === undefined) return refuseStale(context, file, changes)
  const { nodes } = run.open.state
  const begun = new Set(
    file.plan.nodes
      .filter(({ name }) => (nodes.get(name)?.status ?? 'planned') !== 'planned')
      .map(({ host }) => host),
  )
  refuseStale(
    context,
    file,
    changes.filter(({ input, host }) => (host === null ? input === 'playbook' : !begun.has(host))),
  )
}
