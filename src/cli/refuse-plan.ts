import { selectedNodes, type RunSelection } from '../migrate/run-selection.ts'
import { MigrationError } from '../model/errors.ts'
import type { Plan, PlannedStep } from '../model/plan.ts'
import type { StepName } from '../model/step-names.ts'
import { fewNames } from '../model/few-names.ts'

/**
 * Throws PLAN_NOT_RUNNABLE, before anything is written, for a plan with a step that this osferry has not, and for one that is
 * asked for nodes with data that nobody has decided about.
 */
export function refusePlan(plan: Plan, selection: RunSelection, known: ReadonlySet<StepName>): void {
  const used = new Set(plan.nodes.flatMap(({ steps }) => steps.map(({ uses }) => uses)))
  const unknown = [...used].filter((uses) => !known.has(uses))
  if (unknown.length > 0)
    throw new MigrationError('PLAN_NOT_RUNNABLE', `this osferry has no step ${unknown.join(', ')}`, {
      hint: 'nothing was written; use an osferry that has it, or a playbook without it',
    })
  if (plan.inputs.cluster === null) refuseClusterSteps(plan)
  refuseTokensThatStay(plan)
  const chosen = selectedNodes(plan, selection)
  const undecided = plan.nodes
    .filter(({ name }) => chosen.has(name))
    .flatMap(({ name, data }) =>
      data.filter(({ action }) => action === null).map(({ id }) => `${name}: ${id}`),
    )
  if (undecided.length === 0) return
  throw new MigrationError('PLAN_NOT_RUNNABLE', `nobody has decided what becomes of ${fewNames(undecided)}`, {
    hint: 'nothing was written; decide in the data rules of the plan options, and make the plan again; --only leaves nodes out',
  })
}

/** Steps that ask nothing of a cluster. */
const withoutCluster: ReadonlySet<StepName> = new Set(['ignition.render', 'host.provision', 'node.verify-os'])

function refuseClusterSteps({ nodes }: Plan): void {
  for (const { name, steps } of nodes)
    for (const step of steps) {
      const isMinting = mintsToken(step)
      if (withoutCluster.has(step.uses) && !isMinting) continue
      throw new MigrationError(
        'PLAN_NOT_RUNNABLE',
        `${name} has the step ${step.uses}${isMinting ? ' with mintToken' : ''}, and the plan has no cluster`,
        { hint: 'nothing was written; make the plan again with a snapshot of the cluster' },
      )
    }
}

function mintsToken({ uses, with: given }: PlannedStep): boolean {
  return uses === 'ignition.render' && given['mintToken'] !== undefined
}

/** A token is deleted when its node is Ready: a plan that never looks would leave every one of them. */
function refuseTokensThatStay({ nodes }: Plan): void {
  for (const { name, steps } of nodes)
    if (steps.some(mintsToken) && !steps.some(({ uses }) => uses === 'node.wait-ready'))
      throw new MigrationError(
        'PLAN_NOT_RUNNABLE',
        `${name} has mintToken without the step node.wait-ready, which deletes the token`,
        {
          hint: 'nothing was written; put node.wait-ready after host.provision in the playbook, and make the plan again',
        },
      )
}
