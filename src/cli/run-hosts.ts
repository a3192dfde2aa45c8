import { nodesInReach, type Reach } from '../migrate/nodes-in-reach.ts'
import { pendingNode } from '../migrate/node-state.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import type { ResolvedHost } from '../model/inventory.ts'
import type { Plan, PlannedNode, PlannedStep } from '../model/plan.ts'
import type { StepName } from '../model/step-names.ts'
import type { CommandContext } from './context.ts'
import { loadAllHosts } from './load-hosts.ts'

/** Steps that speak to the host itself. */
const onHost: ReadonlySet<StepName> = new Set([
  'data.park',
  'images.park',
  'node.verify-os',
  'data.restore',
  'images.restore',
])

/**
 * Every host of the inventory by its name. Throws when there is none of a host on which a step has something to do; only nodes
 * in reach of what was asked are looked at.
 */
export async function runHosts(
  context: CommandContext,
  plan: Plan,
  reach: Reach,
): Promise<ReadonlyMap<string, ResolvedHost>> {
  const inReach = nodesInReach(plan, reach)
  const needed = plan.nodes.filter(({ name, steps }) => {
    const { isPastPointOfNoReturn, outcome } = reach.state.nodes.get(name) ?? pendingNode
    // One that was rolled back begins anew.
    const isPastPoint = isPastPointOfNoReturn && outcome !== 'rolled-back'
    const isProven = !isPastPoint && steps.some(provesMachine)
    return inReach.has(name) && (isProven || isAskedOtherwise({ steps }))
  })
  const all = await loadAllHosts(context).catch((error: unknown) => {
    if (!needed.some(isAskedOtherwise) && isMigrationError(error, 'INVENTORY_NOT_FOUND')) return []
    throw error
  })
  const hosts = new Map(all.map((host) => [host.name, host]))
  const missing = needed.filter(({ host }) => !hosts.has(host)).map(({ host }) => host)
  if (missing.length === 0) return hosts
  const message = `the inventory has no host ${missing.slice(0, 20).join(', ')}`
  throw new MigrationError('PLAN_NOT_RUNNABLE', message, { hint: missingHint(needed) })
}

/** Machines are proven until the point of no return; past it nobody may answer any more. */
function provesMachine({ uses, with: { machine } }: PlannedStep): boolean {
  return uses === 'host.provision' && machine !== 'as-listed'
}

/** Its host is asked for more than which machine it is, or where its BMC is. */
function isAskedOtherwise({ steps }: Pick<PlannedNode, 'steps'>): boolean {
  return steps.some(({ uses, with: { provider } }) => onHost.has(uses) || provider === 'redfish')
}

function missingHint(needed: Plan['nodes']): string {
  const hint =
    'nothing was written; the plan was made of another inventory: name it with --inventory, or make the plan again; --only leaves nodes out'
  if (needed.some(isAskedOtherwise)) return hint
  return `${hint}. Where hosts cannot be reached over SSH: machine: as-listed for host.provision in the plan's options, and nobody proves which machine is replaced`
}
