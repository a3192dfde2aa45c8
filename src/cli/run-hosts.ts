import { isMigrationError, MigrationError } from '../model/errors.ts'
import type { ResolvedHost } from '../model/inventory.ts'
import type { Plan } from '../model/plan.ts'
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
  { nodes }: Plan,
  inReach: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ResolvedHost>> {
  const needed = nodes.filter(
    ({ name, steps }) => inReach.has(name) && steps.some(({ uses }) => onHost.has(uses)),
  )
  const all = await loadAllHosts(context).catch((error: unknown) => {
    if (needed.length === 0 && isMigrationError(error, 'INVENTORY_NOT_FOUND')) return []
    throw error
  })
  const hosts = new Map(all.map((host) => [host.name, host]))
  const missing = needed.filter(({ host }) => !hosts.has(host)).map(({ host }) => host)
  if (missing.length === 0) return hosts
  throw new MigrationError(
    'PLAN_NOT_RUNNABLE',
    `the inventory has no host ${missing.slice(0, 20).join(', ')}`,
    {
      hint: 'nothing was written; the plan was made of another inventory: name it with --inventory, or make the plan again; --only leaves nodes out',
    },
  )
}
