import type { ProvisionStepPorts } from '../steps/step-provision.ts'
import { clusterRunPorts, type ClusterRunPorts } from './run-ports-cluster.ts'
import { provisionPorts } from './run-ports-provision.ts'
import type { RunWorld } from './run-world.ts'

/** What the steps of a run are given, all of them together. */
export interface RunPorts extends ClusterRunPorts, ProvisionStepPorts {}

/** The ports of every step; nothing is connected before a step asks for it. */
export function runPorts(world: RunWorld): RunPorts {
  return { ...clusterRunPorts(world), ...provisionPorts(world) }
}
