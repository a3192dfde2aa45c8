import type { DataStepPorts, MachinePort } from '../steps/data-ports.ts'
import { openPlanStore } from './plan-store.ts'
import { runArchives } from './run-archives.ts'
import { openRunHosts } from './proven-hosts.ts'
import type { RunWorld } from './run-world.ts'

/** What the steps data.park, host.provision, data.restore and node.verify-os are given: hosts that are proven, and stores. */
export function dataRunPorts(world: RunWorld): DataStepPorts & MachinePort {
  const { context } = world
  return {
    ...openRunHosts(world),
    archives: runArchives({ open: async (name) => await openPlanStore(context, name), clock: context.clock }),
    clock: context.clock,
  }
}
