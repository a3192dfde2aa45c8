import { nodeLeases, type NodeLeases } from '../steps/node-leases.ts'
import { leaseOptions } from './lease-options.ts'
import { nodeLeaseName } from './node-lease-name.ts'
import { isAtWork } from './program-marks.ts'
import { programNotes } from './program-notes.ts'
import type { RunWorld } from './run-world.ts'
import { sleep } from './sleep.ts'

/** The Lease of each node of the cluster that is worked on; undefined for a plan without a cluster. */
export function runNodeLeases({ cluster, context, plan, holder }: RunWorld): NodeLeases | undefined {
  if (cluster === undefined || holder === undefined) return undefined
  const names = plan.nodes.filter(({ uid }) => uid !== null).map(({ name }) => name)
  const notes = programNotes(context)
  return nodeLeases(
    { cluster, clock: context.clock, wait: sleep },
    {
      ...leaseOptions(context, holder),
      nodes: new Set(names),
      leaseOf: nodeLeaseName,
      isAtWork: async (node, mark) => await isAtWork(mark, { node, holder, notes }),
    },
  )
}
