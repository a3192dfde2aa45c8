import { MigrationError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import type { Engine } from './engine.ts'
import { nodesToRetry, type RunSelection } from './run-selection.ts'

/** Writes that the run begins, or that it goes on; nodes that are to be tried once more are opened again. */
export function beginRun<Ports>(engine: Engine<Ports>, plan: Plan, selection: RunSelection): void {
  const isNew = engine.state().status === 'none'
  engine.record(
    null,
    isNew ? { type: 'run-started', nodes: plan.nodes.map(({ name }) => name) } : { type: 'run-resumed' },
  )
  for (const name of nodesToRetry(selection, engine.state())) engine.record(name, { type: 'node-started' })
}

/** Throws DOCUMENT_INVALID for a step whose parameters its schema does not take: before anything is written. */
export function refuseParameters<Ports>(plan: Plan, { stepOf }: Pick<Engine<Ports>, 'stepOf'>): void {
  for (const { name, steps } of plan.nodes)
    for (const [index, { uses, with: parameters }] of steps.entries()) {
      const { error } = stepOf(uses).with.safeParse(parameters)
      const issue = error?.issues[0]
      if (issue === undefined) continue
      const field = ['with', ...issue.path].join('.')
      throw new MigrationError(
        'DOCUMENT_INVALID',
        `step ${index} (${uses}) of ${name} in the plan: ${field}: ${issue.message}`,
        { hint: 'make the plan again: osferry plan create', cause: error },
      )
    }
}
