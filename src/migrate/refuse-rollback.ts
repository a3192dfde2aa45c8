import { MigrationError } from '../model/errors.ts'
import type { Plan, PlannedNode } from '../model/plan.ts'
import type { Engine } from './engine.ts'
import { pendingNode, type NodeState } from './node-state.ts'
import { nodesToBring, type RunSelection } from './run-selection.ts'
import { pointIndex, whyNoWayBack } from './way-back.ts'

const someNames = 5

/**
 * Throws before anything is written: USAGE for what cannot be asked together and for nodes that nothing was done with,
 * ROLLBACK_IMPOSSIBLE when one of the nodes has no way back.
 */
export function refuseRollback<Ports>(engine: Engine<Ports>, plan: Plan, selection: RunSelection): void {
  const { rollback, ...others } = selection
  if (rollback === undefined) return
  const [beside] = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  if (beside !== undefined)
    throw new MigrationError(
      'USAGE',
      `nodes are brought back and nothing else is done: ${beside} was asked, too`,
    )
  if (rollback.length === 0) throw new MigrationError('USAGE', 'no node to bring back was named')
  const reasons: string[] = []
  for (const name of nodesToBring(selection, engine.state())) {
    const node = plan.nodes.find((one) => one.name === name)
    const state = engine.state().nodes.get(name) ?? pendingNode
    refuseState(name, state)
    const why = node !== undefined && state.isPastPointOfNoReturn ? whyNot(engine, node, state) : undefined
    if (why !== undefined) reasons.push(`${name}: ${why}`)
  }
  if (reasons.length === 0) return
  const more = reasons.length - someNames
  throw new MigrationError(
    'ROLLBACK_IMPOSSIBLE',
    `${reasons.slice(0, someNames).join('; ')}${more > 0 ? ` (+${more})` : ''}`,
    {
      hint: `nothing was changed; look at the node, and try it once more with osferry runs resume ${engine.run.id} --retry NODE, or put the old system back by hand`,
      details: { nodes: nodesToBring(selection, engine.state()).join(', ') },
    },
  )
}

function refuseState(name: string, { status, outcome }: NodeState): void {
  if (status === 'pending' || outcome === 'skipped')
    throw new MigrationError('USAGE', `nothing was done with ${name} that could be rolled back`)
  if (outcome !== 'done') return
  throw new MigrationError('USAGE', `${name} is done and has pods again, so it is not rolled back`, {
    hint: 'move it by a plan of its own: its pods must leave it first',
  })
}

function whyNot<Ports>(engine: Engine<Ports>, node: PlannedNode, state: NodeState): string | undefined {
  const why = whyNoWayBack(state, node)
  const planned = node.steps[pointIndex(node)]
  if (why !== undefined || planned === undefined) return why
  const step = engine.stepOf(planned.uses)
  if (step.rollback === undefined) return `${planned.uses} cannot put back what it replaced`
  return step.whyNoRollback?.({ node, parameters: step.with.parse(planned.with), ports: engine.ports })
}
