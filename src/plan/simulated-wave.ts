import type { SimulatedWave } from '../model/plan.ts'
import type { OpenWave } from './open-wave.ts'
import { podsByBudget } from './screen-hosts.ts'
import { waveWarnings } from './wave-warnings.ts'
import type { World } from './world.ts'

/** Budgets that are told of a wave. */
const mostBudgets = 10

/** What the simulation found, asked while the nodes of the wave are away and their pods are elsewhere. */
export function simulatedWave(wave: OpenWave, world: World): SimulatedWave {
  return {
    evictions: wave.evicted.length,
    headroom: { cpu: headroom(wave, world, 'cpu'), memory: headroom(wave, world, 'memory') },
    budgets: [...podsByBudget(wave.evicted)]
      .map(([{ key, namespace, name, allowed }, pods]) => ({
        key,
        rounds: allowed === null || allowed === 0 ? Number.POSITIVE_INFINITY : pods.length / allowed,
        row: { namespace, name, allowed, evictions: pods.length },
      }))
      .sort((a, b) => (a.rounds === b.rounds ? (a.key < b.key ? -1 : 1) : b.rounds - a.rounds))
      .slice(0, mostBudgets)
      .map(({ row }) => row),
    warnings: waveWarnings(wave, world),
  }
}

/** The share that is left, of nodes that take pods; in thousandths. */
function headroom({ nodes }: OpenWave, world: World, resource: string): number | null {
  const index = world.resources.indexOf(resource)
  let free = 0
  let allocatable = 0
  for (const node of world.nodes) {
    if (!node.isReady || node.isCordoned || nodes.includes(node)) continue
    free += Math.max(0, node.free[index] ?? 0)
    allocatable += node.allocatable[index] ?? 0
  }
  return allocatable === 0 ? null : Math.round((free / allocatable) * 1000) / 1000
}

/** A wave of hosts that are in no cluster: nothing is evicted. */
export function withoutCluster(): SimulatedWave {
  return { evictions: 0, headroom: { cpu: null, memory: null }, budgets: [], warnings: [] }
}
