import { MigrationError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import type { Text } from '../model/text.ts'
import type { Engine } from './engine.ts'
import { pendingNode } from './node-state.ts'
import { nodesToBeginAnew, nodesToBring, nodesToRetry, partOf, type RunSelection } from './run-selection.ts'

const rollbackReason: Text = { en: 'somebody asked for it', zh: '按要求回退' }

/**
 * Writes that the run begins, or that it goes on; nodes that have failed and are to be tried once more, or brought back, are
 * opened again. One that begins from nothing is not: its start is written when it may start.
 */
export function beginRun<Ports>(engine: Engine<Ports>, plan: Plan, selection: RunSelection): void {
  const part = partOf(selection)
  const isNew = engine.state().status === 'none'
  engine.record(
    null,
    isNew
      ? { type: 'run-started', nodes: plan.nodes.map(({ name }) => name), part }
      : { type: 'run-resumed', part },
  )
  const anew = new Set(nodesToBeginAnew(selection, engine.state()))
  for (const name of nodesToRetry(selection, engine.state()))
    if (!anew.has(name)) engine.record(name, { type: 'node-started' })
  for (const name of nodesToBring(selection, engine.state())) bringBack(engine, plan, name)
}

/** One record turns the node round, so that no kill can leave it on its way forward. */
function bringBack<Ports>(engine: Engine<Ports>, plan: Plan, name: string): void {
  const state = engine.state().nodes.get(name) ?? pendingNode
  const { status, isPastPointOfNoReturn } = state
  const means = plan.nodes.find((node) => node.name === name)?.rollback.means
  if (status === 'returning' || status === 'rolling-back' || means === undefined) return
  if (isPastPointOfNoReturn) engine.record(name, { type: 'node-rolling-back', means, reason: rollbackReason })
  else if (status === 'ended') engine.record(name, { type: 'node-started' })
  else engine.record(name, { type: 'node-returning', reason: rollbackReason })
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
