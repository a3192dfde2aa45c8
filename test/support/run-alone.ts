import { createRunControl } from '../../src/migrate/run-control.ts'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import { runPlan, type RunPlanOptions } from '../../src/migrate/run-plan.ts'
import type { Plan } from '../../src/model/plan.ts'

/** Runs a plan, or goes on with it, as run-1: no gate and no window holds it up, nobody else is there, and nobody listens. */
export async function runAlone<Ports>(
  plan: Plan,
  options: Pick<RunPlanOptions<Ports>, 'engine'> & Partial<RunPlanOptions<Ports>>,
): Promise<RunResult> {
  return await runPlan(plan, {
    run: { id: 'run-1', holder: 'me@here' },
    control: createRunControl(),
    gates: { ask: async () => await Promise.resolve([]), pollMs: 1000, mostMs: 1000 },
    windows: { mayStart: () => ({ open: true }) },
    selection: {},
    lost: new AbortController().signal,
    onEvent: () => undefined,
    onHold: () => undefined,
    ...options,
  })
}
