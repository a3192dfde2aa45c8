import type { DataStepPorts } from '../steps/data-ports.ts'
import type { ImagesStepPorts } from '../steps/image-memory.ts'
import type { NodeLeases } from '../steps/node-leases.ts'
import type { ProvisionStepPorts } from '../steps/step-provision.ts'
import type { IgnitionStepPorts } from '../steps/step-render-ignition.ts'
import { openPlanStore } from './plan-store.ts'
import { programMarks } from './program-marks.ts'
import { clusterRunPorts, type ClusterRunPorts } from './run-ports-cluster.ts'
import { dataRunPorts } from './run-ports-data.ts'
import { imageRunPorts } from './run-ports-images.ts'
import { ignitionPorts } from './run-ports-ignition.ts'
import { provisionPorts } from './run-ports-provision.ts'
import type { RunWorld } from './run-world.ts'

/** What the steps of a run are given, all of them together. */
export interface RunPorts
  extends ClusterRunPorts, DataStepPorts, ImagesStepPorts, ProvisionStepPorts, IgnitionStepPorts {}

/** The ports of every step; nothing is connected before a step asks for it. `leases` = what is held of nodes at work. */
export function runPorts(world: RunWorld, leases?: NodeLeases): RunPorts {
  const data = dataRunPorts(world)
  const storeOf = async (name: string): ReturnType<typeof openPlanStore> =>
    await openPlanStore(world.context, name)
  const { context, plan, holder } = world
  const marks = leases && holder && programMarks({ context, plan, holder }, leases)
  return {
    ...clusterRunPorts(world),
    ...data,
    ...imageRunPorts(world, { hostOf: data.hostOf, storeOf }),
    ...ignitionPorts(world),
    ...provisionPorts(world, marks),
  }
}
